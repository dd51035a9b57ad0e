import type { Instant, LogIndex, NodeId, Term } from '@mha4rdb/kernel';
import type { LogEntry, Snapshot } from './entry.js';
import type { Configuration } from './membership/configuration.js';
import type { RaftMessage } from './message.js';
import type { RaftOptions } from './options.js';

/** What a node does now. Being a learner is a matter of the configuration, not a role. */
export type Role = 'follower' | 'preCandidate' | 'candidate' | 'leader';

/**
 * The log in memory: `entries[i]` has the index `baseIndex + 1 + i`. The base is at or below the
 * snapshot, since a tail is kept for slow followers (R54); on disk the log begins after the snapshot.
 */
export interface RaftLog<Command = unknown> {
  readonly baseIndex: LogIndex;
  readonly baseTerm: Term;
  /** In force at the base: what truncation falls back to when no entry above it says more (R45). */
  readonly baseConfiguration: Configuration;
  readonly entries: readonly LogEntry<Command>[];
}

/** What a leader knows about one peer. */
export interface Progress {
  /** The greatest index known to equal ours and to be durable there. */
  readonly match: LogIndex;
  /** The next index to send. */
  readonly next: LogIndex;
  /**
   * `probe`: one message at a time until the logs meet; `replicate`: pipelined; `snapshot`: waits
   * for the answer to a snapshot.
   */
  readonly mode: 'probe' | 'replicate' | 'snapshot';
  /** Last index of each append with entries that is on its way, ascending (bounded). */
  readonly inFlight: readonly LogIndex[];
  /** `probe`: one is on its way. Cleared by an answer, and with each heartbeat. */
  readonly paused: boolean;
  /** Our clock when we SENT the latest message of this term that the peer answered. */
  readonly contactAt: Instant;
  /** Our clock when the latest snapshot was sent. */
  readonly snapshotSentAt: Instant;
}

/** What is on disk, what is on its way there, and what waits for it. At most one write is out. */
export interface Persistence {
  readonly nextTicket: number;
  readonly inFlight: {
    readonly ticket: number;
    /** Our log up to here is durable when the write returns (lowered by a truncation meanwhile). */
    readonly index: LogIndex;
    readonly since: Instant;
  } | null;
  /** Our log, as it stands in memory, is durable up to here. */
  readonly durableIndex: LogIndex;
  /** Our log, as it stands in memory, was handed to the disk up to here. */
  readonly handedIndex: LogIndex;
  /** What the next write must hold, besides the entries after `handedIndex`. */
  readonly hardStateDirty: boolean;
  readonly snapshotDirty: boolean;
  readonly truncateFrom: LogIndex | null;
  /** Messages that rest on the write in flight, and on the one after it (R1, R2). Bounded. */
  readonly heldForFlight: readonly RaftMessage[];
  readonly heldForNext: readonly RaftMessage[];
}

/** A leadership transfer under way (R56). */
export interface TransferState {
  readonly to: NodeId;
  readonly deadline: Instant;
  /** `timeoutNow` was sent. */
  readonly sent: boolean;
}

/** One Raft node: plain JSON data, so that it can be encoded, compared and traced (A1.8). */
export interface RaftState<Command = unknown, Machine = unknown> {
  readonly options: RaftOptions;
  readonly term: Term;
  readonly votedFor: NodeId | null;
  /** The index at which the cluster removed this node; it is silent since (R58). */
  readonly retired: LogIndex | null;
  readonly log: RaftLog<Command>;
  /** The newest; `null` only on a node that joins and has received nothing yet. */
  readonly snapshot: Snapshot<Machine> | null;
  readonly commit: LogIndex;
  readonly applied: LogIndex;
  /** The last one in the log, committed or not (R46), and the index of its entry. */
  readonly configuration: { readonly index: LogIndex; readonly value: Configuration };
  readonly role: Role;
  /** The leader of `term`, once known. */
  readonly leader: NodeId | null;
  readonly mayCampaign: boolean;
  /** When the latest campaign sent its requests. */
  readonly campaignAt: Instant;
  /** Answers to the campaign under way, by voter, never a count (R17). */
  readonly votes: Readonly<Record<string, boolean>>;
  /** Leader only; every other member of the configuration. */
  readonly progress: Readonly<Record<string, Progress>>;
  /** Leader only: the index of this term's no-op (R28). */
  readonly termStart: LogIndex;
  /** Leader only. */
  readonly leaderSince: Instant;
  readonly transfer: TransferState | null;
  /** Campaign when the clock reaches this without word from a leader. */
  readonly electionDeadline: Instant;
  /** When a leader of `term` was last heard; `null`: never in this term. */
  readonly leaderContactAt: Instant | null;
  /** Leader only: when the next heartbeat is due. */
  readonly heartbeatDue: Instant;
  /** Where the random sequence stands (R18: seeded, an input). */
  readonly random: number;
  readonly persistence: Persistence;
}
