import { isTransition } from '../cluster/history.js';
import { voterOf } from '../cluster/identity.js';
import { decide } from '../coordinator/decide.js';
import { isFresh } from '../coordinator/view.js';
import { closedUntil } from '../lease/grantor.js';
import { compareIds } from '../quorum/rule.js';
import { hasCommittedInTerm, lastIndex } from '../raft/queries.js';
import { handLeadershipTo } from './membership.js';
import { append } from './propose.js';
import { situationOf } from './situation.js';
import { decided, type Work } from './work.js';

/** Leadership is not handed on more often than this. */
const TRANSFER_PAUSE_MS = 5000;

/**
 * The coordinator's office: at most one decision a step, and none while the last one is not applied,
 * so that it never decides twice on the same state.
 */
export function coordinate(work: Work): void {
  const { coordinator, raft } = work.node;
  if (coordinator === null || !hasCommittedInTerm(raft)) return;
  if (raft.applied < coordinator.awaiting) return;
  const situation = situationOf(work);
  if (situation === null) return;
  const outcome = decide(situation);
  if (outcome.why !== work.node.why && outcome.why !== null) {
    decided(work, 'waiting', { reason: outcome.why });
  }
  work.node = { ...work.node, coordinator: outcome.view, why: outcome.why };
  if (outcome.command === null) return leaveThePrimarysHost(work);
  if (!append(work, outcome.command)) return;
  const view = work.node.coordinator;
  // A renewal changes nothing that is decided on; everything else is waited for.
  if (view === null || outcome.command.type === 'RenewGrant') return;
  work.node = { ...work.node, coordinator: { ...view, awaiting: lastIndex(work.node.raft) } };
}

/** Prefer to coordinate from another host: the loss of the primary's then costs no election (protocol §1). */
function leaveThePrimarysHost(work: Work): void {
  const { coordinator, cluster, options, reports } = work.node;
  if (coordinator === null || cluster.phase !== 'running' || cluster.primary !== options.me) return;
  // The next coordinator would count every wait anew: not while one is running, or an event is open.
  const settled =
    coordinator.grantor.lastRenewalAt !== null &&
    closedUntil(coordinator.grantor, options.me) <= work.now &&
    !cluster.events.some((event) => event.result === 'running' && isTransition(event));
  if (!settled) return;
  const { transferAt } = coordinator;
  if (transferAt !== null && work.now - transferAt < TRANSFER_PAUSE_MS) return;
  const { voters } = work.node.raft.configuration.value;
  const to = cluster.members
    .filter(({ id, standing }) => id !== options.me && standing !== 'leaving')
    .filter(({ id }) => {
      const received = reports[id];
      return (
        received !== undefined && isFresh(received.receivedAt, work.now, options.timing.heartbeat)
      );
    })
    .sort((a, b) => arbiterFirst(a) - arbiterFirst(b) || compareIds(a.id, b.id))
    .flatMap((member) => voterOf(member) ?? [])
    .find((voter) => voters.includes(voter));
  if (to !== undefined) handLeadershipTo(work, to);
}

function arbiterFirst({ role }: { readonly role: string }): number {
  return role === 'arbiter' ? 0 : 1;
}
