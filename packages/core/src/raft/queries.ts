import { nodeOfVoter, type Instant, type LogIndex, type NodeId, type Term } from '@mha4rdb/kernel';
import type { RaftState } from './state.js';
import { contactOfQuorum } from './leadership/quorum-contact.js';
import { lastIndexOf, termAtIn } from './log.js';

/** This node leads its term, as far as it knows; another may lead a later one already. */
export function isLeader(state: RaftState): boolean {
  return state.role === 'leader';
}

/** The leader of this node's term, as far as it knows. Local, maybe stale (R43). */
export function leaderOf(state: RaftState): NodeId | null {
  return state.leader;
}

/** The node (not its Raft identity) that leads this node's term, as far as it knows (R43). */
export function leadingNodeOf(state: RaftState): NodeId | null {
  return state.leader === null ? null : nodeOfVoter(state.leader);
}

/** The index of the last entry in the log, committed or not; 0 when there is none. */
export function lastIndex(state: RaftState): LogIndex {
  return lastIndexOf(state.log);
}

/** The term of the entry at `index`; `undefined` when it is compacted away or does not exist yet. */
export function termAt(state: RaftState, index: LogIndex): Term | undefined {
  return termAtIn(state.log, index);
}

/**
 * This node leads, and has committed AND applied an entry of its own term, so that its applied state
 * holds everything committed in earlier terms (R28). Nothing is decided by a leader before that.
 */
export function hasCommittedInTerm(state: RaftState): boolean {
  return isLeader(state) && state.applied >= state.termStart;
}

/**
 * The latest instant of this node's clock such that a quorum answered, in this term, messages sent
 * then or later; `null` on a node that does not lead. Counted from the sending, so that it does not
 * depend on how long the answers took. With one voter it is `now`.
 */
export function quorumContactAt(state: RaftState, now: Instant): Instant | null {
  return isLeader(state) ? contactOfQuorum(state, now) : null;
}
