import { elapsed, err, LIMITS, ok, type Instant, type NodeId, type Result } from '@mha4rdb/kernel';
import type { Draft } from '../draft.js';
import type { ChangeMembership } from '../event.js';
import type { RaftState } from '../state.js';
import type { MembershipRefusal, ProposalPlace } from '../step-result.js';
import { lastIndexOf } from '../log.js';
import { appendAsLeader } from '../replication/append-as-leader.js';
import { followMembers } from '../replication/progress.js';
import { broadcast, replicateTo } from '../replication/send-append.js';
import {
  configurationOf,
  isJoint,
  sameConfiguration,
  type Configuration,
} from './configuration.js';

/**
 * Appends the next configuration, or says why not. Another set of voters goes by the joint state, one
 * or many at a time: decisions then need a majority of both sets (R47). Learners come and go by a
 * single entry, since they are counted nowhere.
 *
 * - Not before an entry of this term is committed: two leaders of different terms could else append
 *   configurations whose majorities do not meet (R44, the bug of single-server changes).
 * - One at a time: the last configuration is committed and not joint (R45).
 * - A new voter was a learner and is caught up: until it is, it could only slow down commits (R50).
 */
export function onChangeMembership(
  draft: Draft,
  change: ChangeMembership,
): Result<ProposalPlace, MembershipRefusal> {
  const { state } = draft;
  const current = state.configuration.value;
  if (state.role !== 'leader') return err('not-leader', 'this node does not lead');
  if (state.transfer !== null) {
    return err('transferring', `the leadership is being handed to ${state.transfer.to}`);
  }
  if (state.commit < state.termStart) {
    return err('unsettled', 'no entry of this term is committed yet');
  }
  if (isJoint(current) || state.configuration.index > state.commit) {
    return err('in-progress', 'the last change of members is not complete');
  }
  const target = configurationOf(change.voters, change.learners);
  if (target.voters.length === 0) return err('no-voters', 'a configuration without voters');
  const fresh = target.voters.filter((id) => !current.voters.includes(id));
  const unknown = fresh.find((id) => !current.learners.includes(id));
  if (unknown !== undefined) return err('not-a-learner', `${unknown} is not a learner`);
  const behind = fresh.find((id) => !isCaughtUp(state, id, draft.now));
  if (behind !== undefined) return err('not-caught-up', `${behind} has not caught up`);
  if (sameConfiguration(current, target)) return err('unchanged', 'nothing would change');
  return ok(appendConfiguration(draft, towards(current, target)));
}

/**
 * Leaves the joint state as soon as it is committed: whoever leads then does, the leader that entered
 * it or a later one, so that no cluster is stranded in it (R48). Never refused for want of room (R38).
 */
export function leaveJoint(draft: Draft): void {
  const { role, commit, termStart, configuration } = draft.state;
  const complete =
    role === 'leader' && commit >= termStart && configuration.index <= commit && commit > 0;
  if (!complete || !isJoint(configuration.value)) return;
  appendConfiguration(draft, { ...configuration.value, votersOutgoing: [] });
}

/**
 * This leader's peer `id` answers: it has confirmed an entry since this term began, and said something
 * lately. (The contact of everybody begins with the campaign, so that a new leader gives them time; that
 * alone shows nothing of who is there.)
 */
export function answersLately(state: RaftState, id: NodeId, now: Instant): boolean {
  const progress = state.progress[id];
  return (
    progress !== undefined &&
    progress.match > 0 &&
    elapsed(progress.contactAt, now) <= state.options.electionMax
  );
}

/**
 * This leader's peer `id` holds all but the last few entries, and answered lately. (All of them is
 * never seen of a follower of a busy leader.)
 */
export function isCaughtUp(state: RaftState, id: NodeId, now: Instant): boolean {
  const progress = state.progress[id];
  return (
    progress !== undefined &&
    progress.mode === 'replicate' &&
    progress.match >= state.termStart &&
    progress.match + LIMITS.appendEntries >= lastIndexOf(state.log) &&
    answersLately(state, id, now)
  );
}

/** Voters change through the joint state; who stops being one may be a learner there already. */
function towards(current: Configuration, target: Configuration): Configuration {
  const same =
    current.voters.length === target.voters.length &&
    current.voters.every((id) => target.voters.includes(id));
  return same ? target : { ...target, votersOutgoing: current.voters };
}

function appendConfiguration(draft: Draft, configuration: Configuration): ProposalPlace {
  const index = appendAsLeader(draft, { kind: 'config', configuration });
  followMembers(draft);
  broadcast(draft, (each, peer) => replicateTo(each, peer, 'also-empty'));
  return { index, term: draft.state.term };
}
