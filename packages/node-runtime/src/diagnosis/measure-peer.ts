import type { ClockReading, Contact, PeerFacts } from '@mha4rdb/core';
import { DiagnosisService } from '@mha4rdb/proto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../clock/monotonic-clock.js';
import { memberClient } from '../rpc/member-client.js';
import type { TlsMaterial } from '../transport/socket-factory.js';

/** Two seconds apart, with round trips of a millisecond: a rate that is off by 0.1 % shows. */
const TIMES = 20;
const PAUSE_MS = 100;
const TIMEOUT_MS = 1000;

/** Asks another member for its clocks again and again, on one connection of its own. */
export async function measurePeer(
  { id, address }: Contact,
  clock: Clock,
  tls: TlsMaterial | undefined,
): Promise<PeerFacts> {
  const roundTripsMs: number[] = [];
  const readings: ClockReading[] = [];
  const { client, close } = memberClient(DiagnosisService, address, id, tls);
  try {
    // The first call opens the connection, and is not counted.
    await client.readClocks({}, { timeoutMs: 2 * TIMEOUT_MS });
    for (let asked = 0; asked < TIMES; asked++) {
      const sent = clock.now();
      const { monotonicMs, wallMs } = await client.readClocks({}, { timeoutMs: TIMEOUT_MS });
      const roundTrip = clock.now() - sent;
      roundTripsMs.push(roundTrip);
      readings.push({
        here: sent + roundTrip / 2,
        there: monotonicMs,
        roundTrip,
        wallDifference: wallMs - (clock.wall() - roundTrip / 2),
      });
      await sleep(PAUSE_MS);
    }
  } catch {
    // What was measured until then is told; nothing measured means that it does not answer.
  } finally {
    close();
  }
  const [first, last] = [readings[0], readings.at(-1)];
  const clocks =
    first === undefined || last === undefined || first === last ? null : { first, last };
  return { peer: id, roundTripsMs, clocks };
}
