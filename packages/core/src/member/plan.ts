import type { Epoch, Instant } from '@mha4rdb/kernel';
import type { Command } from '../cluster/command.js';
import type { ClusterState } from '../cluster/state.js';
import type { Timing } from '../lease/timing.js';
import type { FenceWish, MemberAction } from './action.js';
import type { MemberRecord } from './record.js';
import type { MemberState } from './state.js';

/** All that a member's decision rests on. */
export interface MemberSituation {
  readonly cluster: ClusterState;
  readonly member: MemberState;
  readonly timing: Timing;
  readonly now: Instant;
  readonly wall: number;
  /** When this node last heard a coordinator of a majority (or was one); null: never in this life. */
  readonly contactAt: Instant | null;
}

/** What a member wants done now. Compared with what is under way; nothing is remembered in it. */
export interface MemberPlan {
  readonly wish: FenceWish;
  /** The next step on the database, or null when it is as it should be (or must wait). */
  readonly action: MemberAction | null;
  /** Must be on disk before `action` starts and before `proposals` leave. */
  readonly record: MemberRecord | null;
  readonly proposals: readonly Command[];
  /** Replaces the member's state: progress that was noticed while planning. */
  readonly member: MemberState;
  readonly trouble: string | null;
}

export function plan(
  member: MemberState,
  wish: FenceWish,
  rest: Partial<Omit<MemberPlan, 'member' | 'wish'>> = {},
): MemberPlan {
  return { member, wish, action: null, record: null, proposals: [], trouble: null, ...rest };
}

/**
 * The record to write before it attaches or promotes for an epoch: promised, and joined. Null when disk
 * has it. A seal promises only.
 */
export function recordJoining(member: MemberState, epoch: Epoch): MemberRecord | null {
  const promised = recordPromise(member, epoch);
  if ((member.record.joined ?? 0) >= epoch) return promised;
  return { ...(promised ?? member.record), joined: epoch };
}

/** The record to write for this promise, or null when disk has it (a promise never goes back). */
export function recordPromise(member: MemberState, promise: number): MemberRecord | null {
  return member.record.promise >= promise
    ? null
    : { ...member.record, promise: promise as MemberRecord['promise'] };
}
