import type { Instant, NodeId } from '@mha4rdb/kernel';
import type { Command } from '../cluster/command.js';
import type { FenceWish, MemberAction } from '../member/action.js';
import type { MemberRecord } from '../member/record.js';
import type { Persist } from '../raft/effect.js';
import type { ClusterState } from '../cluster/state.js';
import type { PeerMessage } from './event.js';
import type { PublishedEvent } from './publish.js';

/** One decision worth a log line; `event` is a stable word (contract, "Logs"). */
export interface Decision {
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** How an operator's request was taken up; what became of it stands in the history. */
export type OperatorReply =
  | { readonly id: string; readonly kind: 'accepted' }
  | { readonly id: string; readonly kind: 'done'; readonly detail: string }
  | {
      readonly id: string;
      readonly kind: 'refused';
      readonly code: string;
      readonly reason: string;
      readonly remedy: string;
    }
  | { readonly id: string; readonly kind: 'elsewhere'; readonly coordinator: NodeId | null };

/**
 * What the edge shall do, in this order. A `send` may always leave at once: what rests on state that
 * is not on disk yet is held back inside until `raftPersisted` (R1, R2).
 */
export type NodeEffect =
  | { readonly type: 'persistRaft'; readonly persist: Persist<Command, ClusterState> }
  | { readonly type: 'persistMember'; readonly ticket: number; readonly record: MemberRecord }
  | { readonly type: 'send'; readonly to: NodeId; readonly message: PeerMessage }
  /** Start this action; end it at `deadline`. At most one runs at a time. */
  | {
      readonly type: 'startAction';
      readonly id: number;
      readonly action: MemberAction;
      readonly deadline: Instant;
    }
  /** Abort the action with this id; its `actionEnded` still comes. */
  | { readonly type: 'cancelAction'; readonly id: number }
  /** Make the kernel enforce this; repeated with every renewal. */
  | { readonly type: 'fence'; readonly wish: FenceWish }
  | { readonly type: 'decided'; readonly decision: Decision }
  | { readonly type: 'reply'; readonly reply: OperatorReply }
  /** Committed; told to watchers in this order. Repeated after a restart, from the snapshot on. */
  | { readonly type: 'published'; readonly event: PublishedEvent }
  /** The views (status, history) may have changed. */
  | { readonly type: 'changed' }
  /** A `shutdown` is complete: the process may end now. */
  | { readonly type: 'shutdownReady' };
