import type { Life, LogIndex, NodeId, Term } from '@mha4rdb/kernel';
import type { Configuration } from './membership/configuration.js';

/**
 * What an entry says. `command` is opaque JSON data to Raft; `noop` opens a leader's term (R28);
 * `config` takes effect on each node when it is appended there, not when it is committed (R46).
 */
export type EntryPayload<Command = unknown> =
  | { readonly kind: 'noop' }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'config'; readonly configuration: Configuration };

/** One entry; `(index, term)` is its identity, and it keeps its term for ever (R37). */
export interface LogEntry<Command = unknown> {
  readonly index: LogIndex;
  readonly term: Term;
  readonly payload: EntryPayload<Command>;
}

/** Term and vote: ONE atomic record on disk (R3). */
export interface HardState {
  readonly term: Term;
  readonly votedFor: NodeId | null;
  /** Of this directory; absent in one that founded the cluster. Never changes. */
  readonly life?: Life;
  /** The log index at which the cluster removed this node, once it was told. Final. */
  readonly retired?: LogIndex;
}

/**
 * All that the log said up to and including `index` (R52). The configuration lives here and in the
 * log, and nowhere else (R55). `machine` is the applied state, opaque JSON data to Raft.
 */
export interface Snapshot<Machine = unknown> {
  readonly index: LogIndex;
  readonly term: Term;
  readonly configuration: Configuration;
  readonly machine: Machine;
}
