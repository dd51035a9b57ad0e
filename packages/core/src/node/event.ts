import type {
  DatabaseObservation,
  DatabasePosition,
  Failure,
  Instant,
  LogIndex,
  NodeId,
  TimelineSwitch,
} from '@mha4rdb/kernel';
import type { Command, MemberChanges } from '../cluster/command.js';
import type { Setting } from '../cluster/setting-keys.js';
import type { ClusterState, Member } from '../cluster/state.js';
import type { ActionProgress } from '../member/action.js';
import type { MemberReport } from '../member/report.js';
import type { Contacts } from './contacts.js';
import type { RaftMessage } from '../raft/message.js';

/** What one node says to another: consensus, a report, or a proposal for the coordinator. */
export type PeerMessage =
  | { readonly kind: 'raft'; readonly message: RaftMessage<Command, ClusterState> }
  | { readonly kind: 'report'; readonly report: MemberReport }
  | { readonly kind: 'proposal'; readonly command: Command }
  /** "The entry at `index` removed you": the answer to whoever speaks under a removed id. Final. */
  | { readonly kind: 'retired'; readonly index: LogIndex }
  /** Who takes part: the answer to a member that reports under a life that is not admitted yet. */
  | ({ readonly kind: 'members' } & Contacts);

/** What the host's side of the fence looks like now (host-linux). */
export interface HostView {
  readonly fencing: string;
  /** Every virtual address of this host's configuration is here. */
  readonly vip: boolean;
  readonly vips: readonly { readonly address: string; readonly held: boolean }[];
  /** How long the last acquisition of the address took, in milliseconds. */
  readonly vipMs: number;
  /** The open port lease stands now. */
  readonly open: boolean;
  /** Why this host is no good place for its virtual addresses now; absent when it is. */
  readonly vipTrouble?: string;
  /** Commands may have moved an address here, and it is not seen gone yet. */
  readonly vipUnsure?: boolean;
  /** Absent where none is configured. */
  readonly watchdog?: WatchdogView;
}

/** The device that resets this host when its agent no longer may, or can, pet it. */
export interface WatchdogView {
  /** `failed`: it cannot be started, so that this host has none. */
  readonly state: 'ready' | 'armed' | 'failed';
  /** Without it this member does not serve. */
  readonly required: boolean;
  /** At the latest, on this node's clock; null when it does not run. */
  readonly firesAt: Instant | null;
}

/** What an action that ended brought. */
export interface ActionOutcome {
  readonly ok: boolean;
  readonly failure?: Failure;
  /** `seal`, `writeMarker`, `handOver`. */
  readonly position?: DatabasePosition;
  /** `promote`. */
  readonly promotion?: TimelineSwitch;
}

/** What an operator asks for. `id` comes back in the reply and in the history. */
export type OperatorRequest =
  | { readonly kind: 'switchover'; readonly id: string; readonly to: NodeId | null }
  | {
      readonly kind: 'scheduleSwitchover';
      readonly id: string;
      readonly to: NodeId | null;
      /** Wall clock, in milliseconds since 1970. */
      readonly due: number;
    }
  | { readonly kind: 'cancelSwitchover'; readonly id: string }
  | {
      readonly kind: 'failover';
      readonly id: string;
      readonly to: NodeId | null;
      readonly allowDataLoss: boolean;
      readonly reason: string;
    }
  | { readonly kind: 'pause'; readonly id: string }
  | { readonly kind: 'resume'; readonly id: string }
  | {
      readonly kind: 'maintenance';
      readonly id: string;
      readonly member: NodeId;
      readonly on: boolean;
    }
  /** `revision`: of the settings that the caller saw; null: whatever they are. */
  | {
      readonly kind: 'settings';
      readonly id: string;
      readonly revision: number | null;
      readonly changes: readonly Setting[];
    }
  /** `members`: null for all of them. */
  | {
      readonly kind: 'restart';
      readonly id: string;
      readonly members: readonly NodeId[] | null;
      readonly inPlace: boolean;
    }
  | { readonly kind: 'reinit'; readonly id: string; readonly member: NodeId }
  /** `member` as the list shall hold it; `life` and `standing` are not the operator's to say. */
  | { readonly kind: 'addMember'; readonly id: string; readonly member: Member }
  | { readonly kind: 'removeMember'; readonly id: string; readonly member: NodeId }
  | {
      readonly kind: 'changeMember';
      readonly id: string;
      readonly member: NodeId;
      readonly changes: MemberChanges;
    };

/**
 * Everything that can happen to a node. `now` is this node's monotonic clock and never decreases;
 * `wall` is for display only.
 */
export type NodeEvent =
  | { readonly type: 'tick'; readonly now: Instant; readonly wall: number }
  | {
      readonly type: 'received';
      readonly now: Instant;
      readonly wall: number;
      readonly from: NodeId;
      readonly message: PeerMessage;
    }
  /** The `persistRaft` effect with this ticket (`persist.ticket`) is on disk (written and fsynced). */
  | {
      readonly type: 'raftPersisted';
      readonly now: Instant;
      readonly wall: number;
      readonly ticket: number;
    }
  /** The `persistMember` effect with this ticket is on disk. */
  | {
      readonly type: 'memberPersisted';
      readonly now: Instant;
      readonly wall: number;
      readonly ticket: number;
    }
  /** One look at the database; `startedAt` is when the look began (the age of its proof). */
  | {
      readonly type: 'observed';
      readonly now: Instant;
      readonly wall: number;
      readonly startedAt: Instant;
      readonly database: DatabaseObservation;
    }
  | {
      readonly type: 'hostObserved';
      readonly now: Instant;
      readonly wall: number;
      readonly host: HostView;
    }
  /**
   * An action ended. `database` is a look taken after it, where the action changes more than its
   * outcome tells (start, stop, copies); without it, what the outcome tells is noted as seen.
   */
  | {
      readonly type: 'actionEnded';
      readonly now: Instant;
      readonly wall: number;
      readonly id: number;
      readonly outcome: ActionOutcome;
      readonly look: {
        readonly startedAt: Instant;
        readonly database: DatabaseObservation;
      } | null;
    }
  /** How far the action with this id is; of any other it means nothing. */
  | {
      readonly type: 'actionProgress';
      readonly now: Instant;
      readonly wall: number;
      readonly id: number;
      readonly progress: ActionProgress;
    }
  | {
      readonly type: 'operator';
      readonly now: Instant;
      readonly wall: number;
      readonly request: OperatorRequest;
    }
  /** The machine or the process was away (suspend, VM pause, blocked loop): fence first, ask later. */
  | { readonly type: 'gap'; readonly now: Instant; readonly wall: number; readonly ms: number }
  /** The agent is about to end: hand over, keep or drop (stopMode). */
  | {
      readonly type: 'shutdown';
      readonly now: Instant;
      readonly wall: number;
      readonly mode: 'handover' | 'keep' | 'immediate';
    };
