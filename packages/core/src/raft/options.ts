import type { Duration, NodeId } from '@mha4rdb/kernel';

/** What a node is told once; the same `clusterName` and timing on every node of a cluster. */
export interface RaftOptions {
  readonly id: NodeId;
  readonly clusterName: string;
  /** The leader speaks to each follower at least this often. */
  readonly heartbeat: Duration;
  /** A follower that hears no leader campaigns after a random time in [electionMin, electionMax] (R18). */
  readonly electionMin: Duration;
  /** A leader without contact to a quorum, or with a disk stuck, for this long steps down (R23, R25). */
  readonly electionMax: Duration;
}
