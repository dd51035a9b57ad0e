import {
  CHECKPOINTER_SQL,
  formatRule,
  lsnOf,
  nodeOf,
  numberOf,
  WALSENDERS_SQL,
  type Row,
} from '@mha4rdb/db-probe';
import type { NodeId, SynchronousRule } from '@mha4rdb/kernel';
import { hasTakenReload } from './asleep.js';
import { changeAndConnect, withLocal, type Context } from './context.js';
import type { Deadline } from './deadline.js';
import { EngineFailure } from './failure.js';
import type { Session } from './session.js';

const BARRIER_POLL_MS = 5;
const CHECKPOINTER_WAITS = ['CheckpointerMain', 'CheckpointWriteDelay'];
const WALSENDER_WAITS = ['WalSenderMain'];

/**
 * Writes the rule durably and, on a running server, makes new commits see it: the postmaster has
 * read it and has signalled every process. That every process has *taken* it is the barrier's part.
 *
 * A weaker rule releases commits that wait under the stronger one. Never call this to weaken on a
 * server that may have been deposed: what it acknowledges then is lost (protocol §10). The caller
 * sees to that; this cannot know.
 */
export async function applyRule(
  context: Context,
  rule: SynchronousRule,
  deadline: Deadline,
): Promise<void> {
  if (context.server.postmaster() === undefined) {
    await context.settings.write({ rule });
    return;
  }
  const session = await changeAndConnect(context, { rule }, deadline);
  try {
    await checkRule(session, rule, deadline);
  } finally {
    session.close();
  }
}

/**
 * Waits until the rule is effective in every process and `acks` of `standbys` have flushed the log
 * up to its end at a moment after that, so all that was there when the barrier began.
 *
 * Effective where it counts: the checkpointer holds the flag by which committing sessions know that
 * there is anybody to wait for; each walsender releases waiters by its own copy of the rule. The
 * checkpointer and walsenders that are idle prove it by their sleep (`hasTakenReload`), a busy
 * walsender by what it was told: it sent a position that was written after the reload, and heard
 * back, so it went around its loop, which begins with the configuration.
 */
export async function barrier(
  context: Context,
  rule: SynchronousRule,
  deadline: Deadline,
): Promise<void> {
  await withLocal(context, deadline, async (session) => {
    await checkRule(session, rule, deadline);
    await waitForCheckpointer(session, deadline);
    const target = await writeTarget(session, deadline);
    await waitForStandbys(session, rule, target, deadline);
  });
}

/** Refuses when a new session sees another rule than ours; `place` is where ours stands. */
export async function checkRule(
  session: Session,
  rule: SynchronousRule,
  deadline: Deadline,
  place = 'mha4rdb.conf',
): Promise<void> {
  const [row] = await session.rows(
    `select current_setting('synchronous_standby_names') as rule`,
    deadline,
  );
  if (row?.['rule'] === formatRule(rule)) return;
  throw new EngineFailure(
    'refused',
    `the rule in force is "${String(row?.['rule'])}", not "${formatRule(rule)}"`,
    `Look for synchronous_standby_names set elsewhere than in ${place}.`,
  );
}

async function waitForCheckpointer(session: Session, deadline: Deadline): Promise<void> {
  const [row] = await session.rows(CHECKPOINTER_SQL, deadline);
  const pid = numberOf(row?.['pid']);
  if (pid === undefined) throw new EngineFailure('refused', 'the server has no checkpointer');
  const taken = await deadline.until(BARRIER_POLL_MS, () =>
    hasTakenReload(session, pid, CHECKPOINTER_WAITS, deadline),
  );
  if (!taken) deadline.check('waiting for the checkpointer to take the rule');
}

/** A commit of ours, flushed here; its end is what the standbys must have. */
async function writeTarget(session: Session, deadline: Deadline): Promise<number> {
  await session.rows(`select pg_logical_emit_message(true, 'mha4rdb', 'barrier')`, deadline);
  const [row] = await session.rows('select pg_current_wal_flush_lsn()::text as lsn', deadline);
  const lsn = lsnOf(row?.['lsn']);
  if (lsn === undefined) throw new EngineFailure('refused', 'the server is not a primary');
  return lsn;
}

async function waitForStandbys(
  session: Session,
  rule: SynchronousRule,
  target: number,
  deadline: Deadline,
): Promise<void> {
  const proven = new Set<number>();
  for (;;) {
    const senders = await session.rows(WALSENDERS_SQL, deadline);
    const flushed = senders.filter((row) => (lsnOf(row['flushed']) ?? 0) >= target);
    const nodes = new Set(flushed.map((row) => nodeOf(row['node'])));
    const holding = rule.standbys.filter((node) => nodes.has(node)).length;
    for (const row of flushed) proven.add(pidOf(row));
    const open = senders.map(pidOf).filter((pid) => !proven.has(pid));
    for (const pid of open) {
      if (await hasTakenReload(session, pid, WALSENDER_WAITS, deadline)) proven.add(pid);
    }
    if (holding >= rule.acks && senders.every((row) => proven.has(pidOf(row)))) return;
    if (deadline.over()) throw missing(rule, flushed);
    await deadline.pause(BARRIER_POLL_MS);
  }
}

function pidOf(row: Row): number {
  return numberOf(row['pid']) ?? 0;
}

function missing(rule: SynchronousRule, flushed: readonly Row[]): EngineFailure {
  const there = new Set<NodeId | null>(flushed.map((row) => nodeOf(row['node'])));
  const absent = rule.standbys.filter((node) => !there.has(node));
  return new EngineFailure(
    'timeout',
    `the log is on ${rule.standbys.length - absent.length} of the ${rule.acks} standbys it must be on; still missing on ${absent.join(', ') || 'none'}`,
  );
}
