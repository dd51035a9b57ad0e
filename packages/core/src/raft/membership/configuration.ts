import type { NodeId } from '@mha4rdb/kernel';

/**
 * Who takes part, as an entry of the log says it. While `votersOutgoing` is not empty the
 * configuration is *joint*, and every decision needs a majority of `voters` AND of
 * `votersOutgoing` (R47). Learners receive the log and are counted nowhere (R50).
 *
 * Each list is sorted and holds an id once; see `configurationOf`.
 */
export interface Configuration {
  readonly voters: readonly NodeId[];
  readonly votersOutgoing: readonly NodeId[];
  readonly learners: readonly NodeId[];
}
