import type { Instant, LogIndex, NodeId } from '@mha4rdb/kernel';
import type { RaftMessage } from './message.js';

/** Time passed. The driver ticks at least four times in each heartbeat interval. */
export interface Tick {
  readonly kind: 'tick';
  readonly now: Instant;
  /** False keeps this node from campaigning, for as long as ticks say so (R24). Default true. */
  readonly mayCampaign?: boolean;
}

export interface Receive<Command = unknown, Machine = unknown> {
  readonly kind: 'receive';
  readonly now: Instant;
  readonly message: RaftMessage<Command, Machine>;
}

/** Append a command; `StepResult.proposal` says where, or why not. */
export interface Propose<Command = unknown> {
  readonly kind: 'propose';
  readonly now: Instant;
  readonly command: Command;
}

/** Hand the leadership to `to`; `StepResult.transfer` says whether that was begun. */
export interface Transfer {
  readonly kind: 'transfer';
  readonly now: Instant;
  readonly to: NodeId;
}

/**
 * Move the configuration one step towards these voters and learners; `StepResult.membership` says
 * where that stands, or why not. The joint state in between is left by itself (R48).
 */
export interface ChangeMembership {
  readonly kind: 'changeMembership';
  readonly now: Instant;
  readonly voters: readonly NodeId[];
  readonly learners: readonly NodeId[];
}

/** The cluster removed this node by the entry at `index`: it says nothing any more, for ever. */
export interface Retire {
  readonly kind: 'retire';
  readonly now: Instant;
  readonly index: LogIndex;
}

/** The `persist` effect with this ticket is durable: fdatasync returned without error (R1, R4). */
export interface Persisted {
  readonly kind: 'persisted';
  readonly now: Instant;
  readonly ticket: number;
}

/**
 * The state after applying the entry at `index`: the log up to there may go (R54). Expected when
 * `shouldCompact(state)`; ignored when it is not newer than the snapshot at hand.
 */
export interface Compact<Machine = unknown> {
  readonly kind: 'compact';
  readonly now: Instant;
  readonly index: LogIndex;
  readonly machine: Machine;
}

/** All that can happen to a Raft node. `now` is this node's monotonic clock and never goes back. */
export type RaftEvent<Command = unknown, Machine = unknown> =
  | Tick
  | Receive<Command, Machine>
  | Propose<Command>
  | Transfer
  | ChangeMembership
  | Retire
  | Persisted
  | Compact<Machine>;
