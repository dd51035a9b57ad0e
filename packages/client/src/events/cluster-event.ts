import type { ClusterEvent as WireEvent } from '../gen/mha4rdb/v1/event_pb.js';
import { isoOf, type MemberStatus } from '../status/cluster-status.js';
import { leaderOf, type Leader } from '../status/leader.js';
import type { MemberState, Verdict } from '../status/words.js';

interface AnyEvent {
  /**
   * The event's place in the cluster's history. `leader…`, `switchover…` and `settingsChanged` are
   * committed and have their own; `member…` and `verdictChanged` are observed and carry that of the
   * last committed event before them.
   */
  readonly revision: number;
  /** RFC 3339, UTC. */
  readonly at: string;
}

export interface LeaderChanged extends AnyEvent {
  readonly type: 'leaderChanged';
  readonly leader: Leader;
  /** The primary before; null for the first. */
  readonly from: string | null;
  /** The order that caused it; null where none did. */
  readonly operationId: string | null;
}

export interface LeaderLost extends AnyEvent {
  readonly type: 'leaderLost';
  readonly from: string | null;
  readonly epoch: number;
  readonly detail: string;
}

export interface MemberChanged extends AnyEvent {
  readonly type: 'memberChanged';
  readonly member: MemberStatus;
  /** Its state before; null for a member that was not there before. */
  readonly was: MemberState | null;
  /** It is a member no more; `member` is what was last seen of it. */
  readonly removed: boolean;
}

export interface MemberRecovered extends AnyEvent {
  readonly type: 'memberRecovered';
  readonly member: MemberStatus;
}

export interface VerdictChanged extends AnyEvent {
  readonly type: 'verdictChanged';
  readonly verdict: Verdict;
  readonly was: Verdict;
  readonly reasons: readonly string[];
}

export interface SwitchoverPlanned extends AnyEvent {
  readonly type: 'switchoverPlanned';
  readonly operationId: string;
  readonly from: string | null;
  readonly to: string | null;
}

export interface SwitchoverCompleted extends AnyEvent {
  readonly type: 'switchoverCompleted';
  readonly operationId: string;
  readonly from: string | null;
  readonly to: string | null;
  /** `done`, or `failed: REASON`. */
  readonly result: string;
}

export interface SettingsChanged extends AnyEvent {
  readonly type: 'settingsChanged';
  readonly detail: string;
}

export type ClusterEvent =
  | LeaderChanged
  | LeaderLost
  | MemberChanged
  | MemberRecovered
  | VerdictChanged
  | SwitchoverPlanned
  | SwitchoverCompleted
  | SettingsChanged;

/**
 * A committed event as it came; null for a type that this version does not know. Some commands carry
 * no time: their events have that of their arrival.
 */
export function committedEventOf(wire: WireEvent, receivedAt: string): ClusterEvent | null {
  const timed = wire.at !== undefined && wire.at.seconds > 0n;
  const place = { revision: Number(wire.revision), at: timed ? isoOf(wire.at) : receivedAt };
  const from = wire.from ?? null;
  const to = wire.to ?? null;
  const operationId = wire.operationId ?? '';
  switch (wire.type) {
    case 'leaderChanged':
      if (wire.leader === undefined) return null;
      return {
        type: wire.type,
        ...place,
        leader: leaderOf(wire.leader),
        from,
        operationId: wire.operationId ?? null,
      };
    case 'leaderLost':
      return {
        type: wire.type,
        ...place,
        from,
        epoch: Number(wire.epoch),
        detail: wire.detail ?? '',
      };
    case 'switchoverPlanned':
      return { type: wire.type, ...place, operationId, from, to };
    case 'switchoverCompleted':
      return { type: wire.type, ...place, operationId, from, to, result: wire.result ?? 'done' };
    case 'settingsChanged':
      return { type: wire.type, ...place, detail: wire.detail ?? '' };
    default:
      return null;
  }
}
