import { invariant, type NodeId, type Term } from '@mha4rdb/kernel';
import type { Draft } from '../draft.js';
import { setHardState } from '../persistence/write.js';
import { restartElectionTimer } from './timer.js';

/**
 * Follows `leader` in `term`, or nobody yet. A new term clears the vote (R11); within a term the vote
 * stays whatever happens: a candidate that steps down and votes again elects two leaders (R12).
 */
export function becomeFollower(draft: Draft, term: Term, leader: NodeId | null): void {
  const { state } = draft;
  invariant(term >= state.term, 'R11', 'a term never goes back', { from: state.term, to: term });
  if (term > state.term) {
    setHardState(draft, term, null);
    state.leaderContactAt = null;
  }
  state.role = 'follower';
  state.leader = leader;
  state.votes = {};
  state.progress = {};
  state.transfer = null;
  restartElectionTimer(draft);
}

/** A message from the leader of this term: follow it, and wait for it anew. */
export function heardLeader(draft: Draft, leader: NodeId): void {
  const { state } = draft;
  invariant(
    state.role !== 'leader' && (state.leader === null || state.leader === leader),
    'R27',
    'two leaders in one term',
    { term: state.term, one: state.leader, other: leader },
  );
  if (state.role !== 'follower' || state.leader === null) {
    becomeFollower(draft, state.term, leader);
  } else {
    restartElectionTimer(draft);
  }
  state.leaderContactAt = draft.now;
}
