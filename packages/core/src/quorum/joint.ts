import type { NodeId } from '@mha4rdb/kernel';
import { majorityValue, majorityVote, type VoteResult } from './majority.js';

/** The voters of a configuration; `votersOutgoing` is empty unless it is joint. */
export interface JointVoters {
  readonly voters: readonly NodeId[];
  readonly votersOutgoing: readonly NodeId[];
}

/** What a majority of BOTH halves has reached (R47): the lesser of the two. */
export function jointValue(joint: JointVoters, valueOf: (voter: NodeId) => number): number {
  return Math.min(
    majorityValue(joint.voters, valueOf),
    majorityValue(joint.votersOutgoing, valueOf),
  );
}

/** Won in both halves, lost in either, else pending (R47). */
export function jointVote(
  joint: JointVoters,
  votes: Readonly<Record<string, boolean>>,
): VoteResult {
  const incoming = majorityVote(joint.voters, votes);
  const outgoing = majorityVote(joint.votersOutgoing, votes);
  if (incoming === outgoing) return incoming;
  return incoming === 'lost' || outgoing === 'lost' ? 'lost' : 'pending';
}
