import { numberOf } from '@mha4rdb/db-probe';
import { epochOf, type DatabasePosition, type Epoch } from '@mha4rdb/kernel';
import type { Deadline } from '../postgres/deadline.js';
import { EngineFailure } from '../postgres/failure.js';
import type { Session } from '../postgres/session.js';
import { prohibit } from './connection-lock.js';
import { peersOf, withGauss, type GaussContext } from './context.js';
import { isCandidate, roleOf, type RoleView } from './role.js';
import { MARKERS_SQL, RECEIVERS_SQL } from '@mha4rdb/db-probe';

/**
 * Cuts the standby from any upstream and answers where its log ends (protocol §6, "Seal"). The lock
 * is the server's own: it is on disk, it survives restarts, and it is granted only when all that was
 * received is replayed. A server whose words are not those of a standby is never evidence.
 */
export async function seal(context: GaussContext, deadline: Deadline): Promise<DatabasePosition> {
  if (context.server.postmaster() === undefined) {
    throw new EngineFailure('unreachable', 'the database does not run', 'Start it sealed.');
  }
  await context.settings.write({ upstream: null });
  return withGauss(context, deadline, async (session) => {
    requireStandby(await roleOf(session, deadline));
    if (peersOf(context).length > 0) await prohibit(session, deadline, 'until-replayed');
    const receivers = await session.rows(RECEIVERS_SQL, deadline);
    if (receivers.length > 0) {
      throw new EngineFailure('timeout', 'a receiver is left although the server is locked');
    }
    const view = await roleOf(session, deadline);
    requireStandby(view);
    const epoch = await lastEpoch(session, view, deadline);
    return { epoch, timeline: view.at.term, lsn: view.at.lsn };
  });
}

function requireStandby(view: RoleView): void {
  if (isCandidate(view)) return;
  throw new EngineFailure('refused', `only a standby can be sealed: ${view.verdict.sentence}`);
}

/** The epoch of the last marker in the log; 0 when it has none. */
export async function lastEpoch(
  session: Session,
  { row }: RoleView,
  deadline: Deadline,
): Promise<Epoch> {
  if (numberOf(row['marker_tables']) !== 1) return epochOf(0);
  const [marker] = await session.rows(MARKERS_SQL, deadline);
  return epochOf(numberOf(marker?.['epoch']) ?? 0);
}
