import { CLOCK_RATE_ERROR, type Timing } from '../lease/timing.js';
import { fine, type Finding } from './finding.js';

/** What one member measured of another. */
export interface PeerFacts {
  readonly peer: string;
  /** Round trips in milliseconds; empty: it did not answer. */
  readonly roundTripsMs: readonly number[];
  /**
   * The first and the last answer: this node's monotonic clock in the middle of the round trip, and what
   * the other's monotonic and wall clocks said. Null: fewer than two answers.
   */
  readonly clocks: { readonly first: ClockReading; readonly last: ClockReading } | null;
}

export interface ClockReading {
  readonly here: number;
  readonly there: number;
  readonly roundTrip: number;
  readonly wallDifference: number;
}

/** An apart of wall clocks that confuses people who read logs; no decision reads them. */
const WALL_APART_MS = 1000;

export function judgePeer(facts: PeerFacts, timing: Timing): readonly Finding[] {
  const { peer, roundTripsMs, clocks } = facts;
  if (roundTripsMs.length === 0) {
    return [
      {
        check: 'peer',
        severity: 'serious',
        message: `${peer} does not answer this member`,
        consequence: 'they cannot vote for each other, nor one stream from the other',
        remedy: `look at ${peer}, and at what lies between: routes, firewalls, certificates`,
      },
    ];
  }
  const measured = [judgeLatency(peer, roundTripsMs, timing)];
  return clocks === null
    ? measured
    : [...measured, judgeRate(peer, clocks), judgeWall(peer, clocks)];
}

function judgeLatency(peer: string, times: readonly number[], timing: Timing): Finding {
  const check = 'peer-latency';
  const sorted = times.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const worst = sorted.at(-1) ?? 0;
  const message = `a question to ${peer} takes ${middle.toFixed(1)} ms in the middle, ${worst.toFixed(1)} ms at worst of ${times.length}`;
  const { rpcTimeout, heartbeat } = timing;
  if (middle <= heartbeat / 4 && worst <= rpcTimeout / 2) return fine(check, message);
  return {
    check,
    severity: middle > rpcTimeout / 2 ? 'serious' : 'warning',
    message,
    consequence: `timing allows ${rpcTimeout} ms for a message and its answer; later ones end grants`,
    remedy: 'find what slows the network, or use a slower timing (relaxed)',
  };
}

function judgeRate(peer: string, { first, last }: NonNullable<PeerFacts['clocks']>): Finding {
  const check = 'clock-rate';
  const here = last.here - first.here;
  const difference = last.there - first.there - here;
  // Each reading was taken somewhere within its round trip.
  const unsure = (first.roundTrip + last.roundTrip) / 2;
  const atLeast = Math.max(0, Math.abs(difference) - unsure) / here;
  const message =
    `${peer}'s monotonic clock runs ${percent(difference / here)} off this one's, ` +
    `give or take ${percent(unsure / here)}`;
  if (atLeast <= CLOCK_RATE_ERROR / 10) return fine(check, message);
  return {
    check,
    // Each of two may be wrong by the bound, in opposite directions.
    severity: atLeast > 2 * CLOCK_RATE_ERROR ? 'serious' : 'warning',
    message,
    consequence: `grants are safe as long as no clock is off by more than ${percent(CLOCK_RATE_ERROR)}`,
    remedy: 'look at the clock source and at what disciplines the clocks of both hosts',
  };
}

function judgeWall(peer: string, { last }: NonNullable<PeerFacts['clocks']>): Finding {
  const check = 'wall-clock';
  const apart = Math.round(last.wallDifference);
  const message = `${peer}'s wall clock is ${apart} ms away from this one's`;
  if (Math.abs(apart) - last.roundTrip <= WALL_APART_MS) return fine(check, message);
  return {
    check,
    severity: 'warning',
    message,
    consequence: 'no decision reads it, but logs and histories of the members do not fit together',
    remedy: 'let both hosts take their time from the same source (chrony, NTP)',
  };
}

function percent(share: number): string {
  return `${(100 * Math.abs(share)).toFixed(2)} %`;
}
