import type { NodeId } from '@mha4rdb/kernel';

/**
 * Who takes part, as an entry of the log says it. While `votersOutgoing` is not empty the
 * configuration is *joint*, and every decision needs a majority of `voters` AND of
 * `votersOutgoing` (R47). Learners receive the log and are counted nowhere (R50). A voter on its way
 * to being a learner stands in `votersOutgoing` and in `learners`.
 *
 * Each list is sorted and holds an id once; see `configurationOf`.
 */
export interface Configuration {
  readonly voters: readonly NodeId[];
  readonly votersOutgoing: readonly NodeId[];
  readonly learners: readonly NodeId[];
}

/** Nobody: what a node knows that joins and has received nothing. */
export const NO_CONFIGURATION: Configuration = { voters: [], votersOutgoing: [], learners: [] };

/** A plain (not joint) configuration, its lists in the one order that all nodes share (R18). */
export function configurationOf(
  voters: readonly NodeId[],
  learners: readonly NodeId[] = [],
): Configuration {
  return { voters: sortedIds(voters), votersOutgoing: [], learners: sortedIds(learners) };
}

/** Votes and campaigns: a voter of either half. */
export function isVoter(configuration: Configuration, id: NodeId): boolean {
  return configuration.voters.includes(id) || configuration.votersOutgoing.includes(id);
}

/** Takes part at all, as voter or learner. */
export function isMember(configuration: Configuration, id: NodeId): boolean {
  return isVoter(configuration, id) || configuration.learners.includes(id);
}

/** Two majorities are needed (R47). */
export function isJoint(configuration: Configuration): boolean {
  return configuration.votersOutgoing.length > 0;
}

/** Everybody once, in ascending order. */
export function membersOf(configuration: Configuration): readonly NodeId[] {
  return sortedIds([
    ...configuration.voters,
    ...configuration.votersOutgoing,
    ...configuration.learners,
  ]);
}

/** True when `id` alone decides: no answer of anybody else is needed. */
export function isSoleVoter(configuration: Configuration, id: NodeId): boolean {
  return (
    configuration.voters.length === 1 && configuration.voters[0] === id && !isJoint(configuration)
  );
}

/** All three lists are kept sorted, so that they are compared place by place. */
export function sameConfiguration(a: Configuration, b: Configuration): boolean {
  return (['voters', 'votersOutgoing', 'learners'] as const).every(
    (list) => a[list].length === b[list].length && a[list].every((id, at) => id === b[list][at]),
  );
}

/** Sorted by code unit, each once: the default order of `sort` on strings, made explicit. */
function sortedIds(ids: readonly NodeId[]): readonly NodeId[] {
  return [...new Set(ids)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
