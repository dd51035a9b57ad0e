import type { LogIndex, NodeId, Term } from '@mha4rdb/kernel';
import type { HardState, LogEntry, Snapshot } from './entry.js';
import type { RaftMessage } from './message.js';
import type { Role } from './state.js';

/**
 * Make all of this durable, in this order, then feed `persisted` with the ticket (R1, R3, R6):
 *
 * 1. `hardState`, as one atomic record;
 * 2. `truncateFrom`: discard every entry with this index or a greater one;
 * 3. `snapshot`, atomically in place of the one before; entries at or below its index may then be
 *    dropped, at once or later;
 * 4. `entries`: append. The first one's index follows the greater of the last entry's on disk and
 *    the snapshot's, always.
 *
 * A crash may leave any prefix of this, never part of a hard state, a snapshot or an entry: the order
 * is such that no entry that this node ever acknowledged is missing from any prefix, unless it is
 * known never to have been committed. At most one `persist` is out at any time. A failure is fatal
 * (R4).
 */
export interface Persist<Command = unknown, Machine = unknown> {
  readonly kind: 'persist';
  readonly ticket: number;
  readonly hardState?: HardState;
  readonly truncateFrom?: LogIndex;
  readonly snapshot?: Snapshot<Machine>;
  readonly entries: readonly LogEntry<Command>[];
}

/**
 * May leave at once, also while a `persist` is out: messages that rest on unpersisted state are
 * held back inside the state until `persisted` (R1, R2), so the driver cannot send them too early.
 */
export interface Send<Command = unknown, Machine = unknown> {
  readonly kind: 'send';
  readonly message: RaftMessage<Command, Machine>;
}

/** Committed, durable here, in order, each exactly once since `startRaft` or `restoreSnapshot`. */
export interface Apply<Command = unknown> {
  readonly kind: 'apply';
  readonly entries: readonly LogEntry<Command>[];
}

/**
 * Replace the applied state by the snapshot's; `apply` continues with the entry after it. The
 * snapshot is committed, but it may not be durable on this node yet.
 */
export interface RestoreSnapshot<Machine = unknown> {
  readonly kind: 'restoreSnapshot';
  readonly snapshot: Snapshot<Machine>;
}

/** Term, role or known leader changed; for logs, and to wake whoever waits for a leader. */
export interface RoleChanged {
  readonly kind: 'roleChanged';
  readonly term: Term;
  readonly role: Role;
  readonly leader: NodeId | null;
}

/** What the edge must carry out, in the order of the list. */
export type RaftEffect<Command = unknown, Machine = unknown> =
  | Persist<Command, Machine>
  | Send<Command, Machine>
  | Apply<Command>
  | RestoreSnapshot<Machine>
  | RoleChanged;
