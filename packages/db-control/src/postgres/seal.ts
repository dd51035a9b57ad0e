import { lsnOf, numberOf, SEAL_SQL, STARTUP_IDLE, textOf, type Row } from '@mha4rdb/db-probe';
import { epochOf, type DatabasePosition } from '@mha4rdb/kernel';
import { endClients } from './clients.js';
import { changeAndConnect, FAST_POLL_MS, type Context } from './context.js';
import type { Deadline } from './deadline.js';
import { EngineFailure } from './failure.js';
import { findTimeline } from './observe.js';
import { sleepOf } from './processes.js';
import type { Session } from './session.js';

/** Readers that hold up the replay for longer than this are ended: a failover waits for it. */
const READERS_MAY_BLOCK_MS = 100;

/**
 * Cuts the standby from its upstream and answers where its log ends. In this order, so that the
 * evidence stays true after a crash at any line (protocol §6, "Seal"): the upstream leaves the
 * durable configuration; the server has read that; no receiver process is left and the startup
 * process cannot start one from the old configuration; it has replayed all that was received.
 *
 * The position is the end of the last whole record. A receiver can leave the beginning of one more
 * behind it; nobody was told that this is safe, since it was never flushed whole.
 */
export async function seal(context: Context, deadline: Deadline): Promise<DatabasePosition> {
  if (context.server.postmaster() === undefined) {
    await context.settings.write({ upstream: null });
    throw new EngineFailure('unreachable', 'the database does not run', 'Start it sealed.');
  }
  const session = await changeAndConnect(context, { upstream: null }, deadline);
  try {
    const lsn = await waitUntilDrained(context, session, deadline);
    return await positionAt(context, session, lsn, deadline);
  } finally {
    session.close();
  }
}

interface Look {
  readonly idle: boolean;
  readonly switches: string;
  readonly received: number;
  readonly replayed: number;
}

/**
 * Waits until the startup process sleeps between two tries of all its sources with no receiver left.
 * When everything received is replayed that is the end. Otherwise the sleep may have begun before
 * the receiver flushed its last bytes: the process is woken, and the end is when it sleeps again
 * having replayed nothing more.
 */
async function waitUntilDrained(
  context: Context,
  session: Session,
  deadline: Deadline,
): Promise<number> {
  let woken: Look | undefined;
  let pid: number | undefined;
  const patience = deadline.within(READERS_MAY_BLOCK_MS);
  for (;;) {
    const before = pid === undefined ? undefined : sleepOf(pid);
    const row = await lookAtRecovery(session, deadline);
    pid = numberOf(row['startup_pid']) ?? 0;
    const after = sleepOf(pid);
    const look: Look = {
      idle:
        row['receiver'] === false &&
        row['startup_wait'] === STARTUP_IDLE &&
        before?.asleep === true &&
        after?.asleep === true &&
        before.switches === after.switches,
      switches: after?.switches ?? '',
      received: lsnOf(row['received']) ?? 0,
      replayed: lsnOf(row['replayed']) ?? 0,
    };
    if (look.idle && look.replayed >= look.received) return look.replayed;
    if (look.idle && woken === undefined) {
      woken = look;
      context.server.reload();
    } else if (look.idle && woken !== undefined && look.switches !== woken.switches) {
      if (look.replayed === woken.replayed) return look.replayed;
      woken = undefined;
    }
    if (row['paused'] === true) await session.rows('select pg_wal_replay_resume()', deadline);
    if (patience.over()) await endBlockingReaders(session, row, deadline);
    deadline.check('sealing');
    await deadline.pause(FAST_POLL_MS);
  }
}

async function lookAtRecovery(session: Session, deadline: Deadline): Promise<Row> {
  const [row] = await session.rows(SEAL_SQL, deadline);
  if (row === undefined || row['standby'] !== true) {
    throw new EngineFailure('refused', 'only a standby can be sealed', 'Stop the primary first.');
  }
  return row;
}

/** A reader's snapshot or lock can stop the replay for `max_standby_streaming_delay` (30 s). */
async function endBlockingReaders(session: Session, row: Row, deadline: Deadline): Promise<void> {
  const wait = textOf(row['startup_wait']);
  const blocked = wait.startsWith('RecoveryConflict') || BLOCKING_WAITS.includes(wait);
  if (blocked) await endClients(session, deadline);
}

const BLOCKING_WAITS = ['relation', 'BufferPin', 'object', 'tuple'];

async function positionAt(
  context: Context,
  session: Session,
  lsn: number,
  deadline: Deadline,
): Promise<DatabasePosition> {
  const [row] = await session.rows(
    `select to_regclass('mha4rdb.epoch_marker') is not null as has_marker,
       pg_size_bytes(current_setting('wal_segment_size'))::text as segment_bytes`,
    deadline,
  );
  const epoch = row?.['has_marker'] === true ? await lastEpoch(session, deadline) : 0;
  const timeline = await findTimeline(context, lsn, numberOf(row?.['segment_bytes']) ?? 16 << 20);
  return { epoch: epochOf(epoch), timeline: timeline ?? 0, lsn };
}

async function lastEpoch(session: Session, deadline: Deadline): Promise<number> {
  const [row] = await session.rows(
    'select max(epoch)::text as epoch from mha4rdb.epoch_marker',
    deadline,
  );
  return numberOf(row?.['epoch']) ?? 0;
}
