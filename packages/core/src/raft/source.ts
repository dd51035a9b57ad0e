import type { HardState, LogEntry, Snapshot } from './entry.js';
import type { Configuration } from './membership/configuration.js';

/**
 * What the disk held, every checksum verified. Entries at or below the snapshot's index may be
 * present (they are not looked at); those above it follow it without a gap.
 */
export interface PersistedRaft<Command = unknown, Machine = unknown> {
  readonly hardState: HardState;
  /** `null` only when the node joined and crashed before its first snapshot was durable. */
  readonly snapshot: Snapshot<Machine> | null;
  readonly entries: readonly LogEntry<Command>[];
}

/**
 * Where a node starts from. `bootstrap`: the cluster's first start, with the SAME configuration and
 * machine on every first member; it becomes the snapshot at index 1, term 1. (A crash before that
 * was durable leaves no snapshot on disk: then bootstrap again, the node has said nothing yet.)
 * `join`: an empty disk; the node waits, without a vote, for a leader that knows it. A node that LOST
 * its disk joins too, under an identity that it never had (R8): `options.id` names node and life.
 */
export type RaftSource<Command = unknown, Machine = unknown> =
  | { readonly kind: 'disk'; readonly persisted: PersistedRaft<Command, Machine> }
  | {
      readonly kind: 'bootstrap';
      readonly configuration: Configuration;
      readonly machine: Machine;
    }
  | { readonly kind: 'join' };
