import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from '../monotonic.js';
import { type Connection, errorCode, openEventually, provesNotCommitted } from './connection.js';
import { LEDGER_TABLE, type LaneConfig, type LedgerRecord, type WriterConfig } from './record.js';

/** Names the server that acknowledges: its timeline, and when its postmaster started. */
const REIGN =
  "left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) || '@' || extract(epoch from pg_postmaster_start_time())";

/** Runs one lane until `stopped`; every attempt is handed to `note` when it has ended. */
export async function runLane(
  lane: LaneConfig,
  writer: WriterConfig,
  stopped: () => boolean,
  note: (record: LedgerRecord) => void,
): Promise<void> {
  let seq = 0;
  let connection: Connection | undefined;
  while (!stopped()) {
    connection ??= await openEventually(lane, writer, stopped, (sentAt, error) =>
      note({ ...ended(lane, seq++, sentAt), outcome: 'refused', detail: errorCode(error) }),
    );
    if (connection === undefined) return;
    const record = await writeOnce(connection, lane, seq++);
    note(record);
    if (record.outcome === 'ack' || record.outcome === 'standby') {
      await sleep(lane.paceMs);
      continue;
    }
    connection.drop();
    connection = undefined;
    await sleep(lane.retryMs);
  }
  connection?.drop();
}

async function writeOnce(
  connection: Connection,
  lane: LaneConfig,
  seq: number,
): Promise<LedgerRecord> {
  const askedAt = monotonicMs();
  if (lane.askRole) {
    try {
      const [row] = await connection.ask('SELECT pg_is_in_recovery() AS standby');
      if (row?.['standby'] === true) return { ...ended(lane, seq, askedAt), outcome: 'standby' };
    } catch (error) {
      return { ...ended(lane, seq, askedAt), outcome: 'refused', detail: errorCode(error) };
    }
  }
  const sentAt = monotonicMs();
  try {
    const [row] = await connection.ask(
      `INSERT INTO ${LEDGER_TABLE} (lane, seq) VALUES ('${lane.name}', ${seq}) RETURNING ${REIGN} AS reign`,
    );
    return { ...ended(lane, seq, sentAt), outcome: 'ack', reign: String(row?.['reign']) };
  } catch (error) {
    const outcome = provesNotCommitted(error) ? 'refused' : 'unknown';
    return { ...ended(lane, seq, sentAt), outcome, detail: errorCode(error) };
  }
}

function ended(
  lane: LaneConfig,
  seq: number,
  sentAt: number,
): Pick<LedgerRecord, 'lane' | 'seq' | 'sentAt' | 'doneAt'> {
  return { lane: lane.name, seq, sentAt, doneAt: monotonicMs() };
}
