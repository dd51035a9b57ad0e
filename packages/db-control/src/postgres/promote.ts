import { textOf, timelineOfWalFile } from '@mha4rdb/db-probe';
import type { TimelineSwitch } from '@mha4rdb/kernel';
import { admit } from './admit.js';
import { endClients } from './clients.js';
import { FAST_POLL_MS, withLocal, type Context } from './context.js';
import type { Deadline } from './deadline.js';
import { EngineFailure } from './failure.js';
import { readHistory } from './observe.js';
import { serverEnded } from './server-ended.js';
import type { Session } from './session.js';

/** A session that broke off is looked into for this long: did the whole server end? */
const ENDING_MS = 1000;

/**
 * Turns the sealed standby into a primary. Before it can write, its access rules are closed to all
 * but replication and its readers' sessions are ended: none of them may become a writer before the
 * gate (protocol §6). On a server that is a primary already this only answers how it became one.
 */
export async function promote(context: Context, deadline: Deadline): Promise<TimelineSwitch> {
  const state = await context.settings.read();
  return withLocal(context, deadline, async (session) => {
    if (await isPrimary(session, deadline)) return switchOf(context, session, deadline);
    const [row] = await session.rows(
      `select current_setting('primary_conninfo') as conninfo,
         current_setting('mha4rdb.admits', true) as admits`,
      deadline,
    );
    if (row?.['conninfo'] !== '' || state?.upstream !== null) {
      throw new EngineFailure('refused', 'the standby still has an upstream', 'Seal it first.');
    }
    if (row['admits'] !== 'replication' || state.admits !== 'replication') {
      await admit(context, 'replication', deadline);
    }
    await endClients(session, deadline);
    // A question that is over is still sent before it is given up: this one must not be.
    deadline.check('promotion');
    await session.rows('select pg_promote(false)', deadline);
    await untilPrimary(context, session, deadline);
    return switchOf(context, session, deadline);
  });
}

async function untilPrimary(context: Context, session: Session, deadline: Deadline): Promise<void> {
  try {
    while (!(await isPrimary(session, deadline))) {
      deadline.check('promotion');
      await deadline.pause(FAST_POLL_MS);
    }
  } catch (thrown) {
    // The first segment of the new timeline is what a full disk cannot take.
    const ending = deadline.within(ENDING_MS);
    const ended = await ending.until(FAST_POLL_MS, () => context.server.isGone());
    throw ended ? serverEnded(context, 'during its promotion') : thrown;
  }
}

async function isPrimary(session: Session, deadline: Deadline): Promise<boolean> {
  const [row] = await session.rows('select pg_is_in_recovery() as standby', deadline);
  return row?.['standby'] === false;
}

async function switchOf(
  context: Context,
  session: Session,
  deadline: Deadline,
): Promise<TimelineSwitch> {
  const [row] = await session.rows(
    'select pg_walfile_name(pg_current_wal_flush_lsn()) as wal_file',
    deadline,
  );
  const timeline = timelineOfWalFile(textOf(row?.['wal_file'])) ?? 0;
  const history = await readHistory(context, timeline);
  return { timeline, switchLsn: history.at(-1)?.switchLsn ?? 0, history };
}
