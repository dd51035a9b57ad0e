import type { HardState, LogEntry, Snapshot } from './entry.js';
import type { Configuration } from './membership/configuration.js';

/** What the disk held, every checksum verified. Entries at or below the snapshot may be present. */
export interface PersistedRaft<Command = unknown, Machine = unknown> {
  readonly hardState: HardState;
  /** `null` only when the node joined and crashed before its first snapshot was durable. */
  readonly snapshot: Snapshot<Machine> | null;
  /** Without gaps, ascending. */
  readonly entries: readonly LogEntry<Command>[];
}

/**
 * Where a node starts from. `bootstrap`: the cluster's first start, with the SAME configuration and
 * machine on every first member; it becomes the snapshot at index 1, term 1. `join`: an empty disk;
 * the node waits for a leader that knows it. A node that lost its disk is neither: it needs a new
 * id (R8).
 */
export type RaftSource<Command = unknown, Machine = unknown> =
  | { readonly kind: 'disk'; readonly persisted: PersistedRaft<Command, Machine> }
  | {
      readonly kind: 'bootstrap';
      readonly configuration: Configuration;
      readonly machine: Machine;
    }
  | { readonly kind: 'join' };
