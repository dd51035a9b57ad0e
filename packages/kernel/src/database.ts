import type { Epoch, NodeId } from './ids.js';

/**
 * What an acknowledged commit is worth: flushed on at least `acks` of `standbys` (protocol §6).
 * `{ standbys: [], acks: 0 }` waits for nobody. Never contains the primary itself.
 */
export interface SynchronousRule {
  readonly standbys: readonly NodeId[];
  readonly acks: number;
}

/** A timeline ended at `switchLsn`, where another began. */
export interface HistoryEntry {
  readonly timeline: number;
  readonly switchLsn: number;
}

/**
 * Where a database's log ends. Ordered by `(epoch, lsn)` like Raft's (lastTerm, lastIndex): never by
 * `lsn` alone, and never by the engine's `timeline` alone, since two promotions can create the same
 * number (protocol §6, "Positions").
 */
export interface DatabasePosition {
  /** The epoch of the last marker in the log; 0 when it has none. */
  readonly epoch: Epoch;
  /** PostgreSQL: the timeline id. */
  readonly timeline: number;
  /** Bytes into the log; the engine's own number, as a safe integer (PostgreSQL: the LSN). */
  readonly lsn: number;
}

/** A promotion: the old timeline ended at `switchLsn`, where `timeline` began. */
export interface TimelineSwitch {
  readonly timeline: number;
  readonly switchLsn: number;
  /** All earlier switches, oldest first: `timeline` ended at `switchLsn`. */
  readonly history: readonly HistoryEntry[];
}

/** What stands in the configured data directory. `foreign`: not a data directory, and not empty. */
export type DataDirectory =
  | { readonly kind: 'absent' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'present'; readonly systemId: string }
  | { readonly kind: 'foreign'; readonly reason: string };

/** One standby as the primary sees it. */
export interface StandbyView {
  readonly node: NodeId;
  readonly state: 'startup' | 'catchup' | 'streaming' | 'backup' | 'stopping';
  readonly flushedLsn: number;
  readonly replayedLsn: number;
  /** Milliseconds from the primary's flush to the replay there, by the primary's clock. */
  readonly lagMs?: number;
}

/** What one look at the database beside this agent showed. Plain data; no clock in it. */
export interface DatabaseObservation {
  readonly directory: DataDirectory;
  /** `stopping`: the postmaster is gone, and processes of it are left. */
  readonly process: 'running' | 'stopping' | 'stopped';
  /**
   * `primary` and `standby` come from the server's own answer on a NEW connection; `starting`: it
   * answers that it is not ready yet; `silent`: process there, no answer within the deadline;
   * `stopped`: no process.
   */
  readonly role: 'primary' | 'standby' | 'starting' | 'silent' | 'stopped';
  /**
   * Fresh proof that the server works: process alive, a new connection answered, and on a primary a
   * write reached the log, each within its deadline.
   */
  readonly works: boolean;
  /** Why `works` is false or the role is unclear; for people. */
  readonly detail?: string;
  /** What is wrong with the storage, though the server works on it; for people. */
  readonly storage?: string;
  /** End of the flushed log; absent while the server does not answer. */
  readonly position?: DatabasePosition;
  /** End of the replayed log (standby); equals the position's `lsn` on a primary. */
  readonly replayedLsn?: number;
  /** Standby: all received log is replayed and nothing more comes (no receiver process). */
  readonly drained?: boolean;
  /** Standby: the upstream in its durable configuration, `null` when it has none. */
  readonly upstream?: NodeId | null;
  /** Standby: the receiver process is streaming now. */
  readonly receiving?: boolean;
  /** The rule in force (configuration read back from the server, or from its files when stopped). */
  readonly rule?: SynchronousRule;
  /** Which clients its access rules admit. */
  readonly admits?: 'replication' | 'all';
  /** Primary only: its standbys. */
  readonly standbys?: readonly StandbyView[];
  /** Timeline history of the server, oldest first; present when it answers. */
  readonly history?: readonly HistoryEntry[];
}
