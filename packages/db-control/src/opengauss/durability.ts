import { BEAT_SQL, lsnOf, nodeOf, numberOf, SENDERS_SQL, type Row } from '@mha4rdb/db-probe';
import type { SynchronousRule } from '@mha4rdb/kernel';
import type { Deadline } from '../postgres/deadline.js';
import { checkRule } from '../postgres/durability.js';
import { EngineFailure } from '../postgres/failure.js';
import { withGauss, type GaussContext } from './context.js';
import { changeSettings } from './reload.js';
import { isPrimary, roleOf } from './role.js';

const POLL_MS = 10;
const PLACE = 'the block of mha4rdb in postgresql.conf';
/** With less time than this left nothing is asked once more. */
const LAST_QUESTION_MS = 50;

/** Puts the rule in force for new sessions; that every sender has taken it is the barrier's part. */
export async function applyRule(
  context: GaussContext,
  rule: SynchronousRule,
  deadline: Deadline,
): Promise<void> {
  if (context.server.postmaster() === undefined) {
    await context.settings.write({ rule });
    return;
  }
  await changeSettings(context, { rule }, deadline);
  await withGauss(context, deadline, (session) => checkRule(session, rule, deadline, PLACE));
}

/**
 * Waits until `acks` of `standbys` have flushed what was in the log when this began, and every sender
 * counts just those standbys that the rule names: a sender takes a new rule when it goes around its
 * loop, and shows by the priority that it gives its standby which rule it goes by.
 */
export async function barrier(
  context: GaussContext,
  rule: SynchronousRule,
  deadline: Deadline,
): Promise<void> {
  await withGauss(context, deadline, async (session) => {
    await checkRule(session, rule, deadline, PLACE);
    await session.rows(BEAT_SQL, deadline);
    const view = await roleOf(session, deadline);
    const target = lsnOf(view.row['written']);
    if (!isPrimary(view) || target === undefined) {
      throw new EngineFailure('refused', 'the server is not a primary');
    }
    for (;;) {
      const senders = await session.rows(SENDERS_SQL, deadline);
      const holding = senders.filter((row) => (lsnOf(row['flushed']) ?? 0) >= target);
      const nodes = new Set(holding.map((row) => nodeOf(row['node'])));
      const enough = rule.standbys.filter((node) => nodes.has(node)).length >= rule.acks;
      if (enough && senders.every((row) => goesBy(row, rule))) return;
      if (deadline.left() < LAST_QUESTION_MS) {
        const there = rule.standbys.filter((node) => nodes.has(node)).length;
        const words = `the log is on ${there} of the ${rule.acks} standbys it must be on`;
        throw new EngineFailure('timeout', words);
      }
      await deadline.pause(POLL_MS);
    }
  });
}

function goesBy(row: Row, rule: SynchronousRule): boolean {
  const node = nodeOf(row['node']);
  const counted = rule.acks > 0 && node !== null && rule.standbys.includes(node);
  return (numberOf(row['sync_priority']) ?? 0) > 0 === counted;
}
