import type { NodeId } from '@mha4rdb/kernel';

/** What a campaign knows: `lost` once a majority can no longer be reached. */
export type VoteResult = 'won' | 'lost' | 'pending';

/** How many of `count` voters are a majority. */
export function majoritySize(count: number): number {
  return Math.floor(count / 2) + 1;
}

/**
 * The greatest value that a majority of `voters` has reached, by each one's own `valueOf` (a match
 * index, an instant of contact). Nobody's majority asks for nothing: `Infinity` without voters, so
 * that an absent half of a joint configuration does not decide.
 */
export function majorityValue(
  voters: readonly NodeId[],
  valueOf: (voter: NodeId) => number,
): number {
  if (voters.length === 0) return Infinity;
  const descending = voters.map(valueOf).sort((a, b) => b - a);
  return descending[majoritySize(voters.length) - 1] ?? -Infinity;
}

/** The outcome of a vote so far; answers of others than `voters` are not looked at (R17). */
export function majorityVote(
  voters: readonly NodeId[],
  votes: Readonly<Record<string, boolean>>,
): VoteResult {
  if (voters.length === 0) return 'won';
  const granted = voters.filter((voter) => votes[voter] === true).length;
  const refused = voters.filter((voter) => votes[voter] === false).length;
  const needed = majoritySize(voters.length);
  if (granted >= needed) return 'won';
  return voters.length - refused < needed ? 'lost' : 'pending';
}
