import type { DatabasePosition, Epoch, LogIndex, NodeId } from '@mha4rdb/kernel';

export type ClusterEventKind =
  | 'forming'
  | 'failover'
  | 'restart'
  | 'switchover'
  | 'switchoverScheduled'
  | 'durability'
  | 'pause'
  | 'resume'
  | 'maintenance'
  | 'settings'
  | 'serversRestarted'
  | 'memberReinitialized'
  | 'memberAdded'
  | 'memberRemoved'
  | 'memberReadmitted'
  | 'memberChanged';

/** How long each step took, in milliseconds, on the clock of who did it. */
export interface EventPhases {
  /** Last sign of the old primary until the election began. */
  readonly detectMs?: number;
  /** Begin of the election until the evidence was complete. */
  readonly sealMs?: number;
  /** Evidence complete until the appointment was committed. */
  readonly electMs?: number;
  /** Appointment until the new primary's rule, promotion, marker and barrier were done. */
  readonly promoteMs?: number;
  /** Confirmation until the port was open: committing, access rules, the rest of the wait W. */
  readonly gateMs?: number;
  /** The virtual address and its announcement. */
  readonly vipMs?: number;
}

/** One candidate as the coordinator saw it, and why it was or was not chosen. */
export interface CandidateVerdict {
  readonly id: NodeId;
  readonly position: DatabasePosition | null;
  readonly chosen: boolean;
  readonly reason: string;
}

/** One thing that happened to the cluster, as `mhactl history` shows it. */
export interface ClusterEvent {
  /** The operation's id for what an operator started, `e<index>` otherwise. */
  readonly id: string;
  readonly index: LogIndex;
  /** Wall clock of the coordinator in milliseconds since 1970; for display only. */
  readonly at: number;
  readonly kind: ClusterEventKind;
  readonly from: NodeId | null;
  readonly to: NodeId | null;
  readonly epoch: Epoch;
  /** What set it off, in a word: `grant-expired`, `database-dead`, `operator`, … */
  readonly trigger: string;
  readonly initiator: string;
  readonly phases: EventPhases;
  /** The coordinator's estimate of the time without an open primary; null while unknown. */
  readonly writeGapMs: number | null;
  readonly candidates: readonly CandidateVerdict[];
  /** `running` until it ends, then `done` or `failed: ` with the reason (contract, "history"). */
  readonly result: string;
  readonly detail: string;
}
