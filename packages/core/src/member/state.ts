import type {
  DatabaseObservation,
  DatabasePosition,
  Epoch,
  Incarnation,
  Instant,
  Life,
  LogIndex,
  NodeId,
  SynchronousRule,
  TimelineSwitch,
} from '@mha4rdb/kernel';
import { lifeOf, logIndexOf } from '@mha4rdb/kernel';
import type { HeldGrant } from '../lease/holder.js';
import type { HostView } from '../node/event.js';
import type { ActionProgress, FenceWish, MemberAction } from './action.js';
import type { MemberRecord } from './record.js';

/** The action that the edge is carrying out. At most one. */
export interface RunningAction {
  readonly id: number;
  readonly action: MemberAction;
  readonly startedAt: Instant;
  readonly cancelled: boolean;
  /** What the edge said last of how far it is. */
  readonly progress: ActionProgress | null;
}

/** How far this life has come with the appointment of one epoch. Lost with the process, on purpose. */
export interface AppointmentProgress {
  readonly epoch: Epoch;
  readonly since: Instant;
  readonly ruleApplied: boolean;
  readonly promotion: TimelineSwitch | null;
  readonly marker: DatabasePosition | null;
  readonly barrierDone: boolean;
}

/** What happened after the confirmation of one epoch. */
export interface GateProgress {
  readonly epoch: Epoch;
  readonly confirmedAt: Instant;
  readonly openedAt: Instant | null;
  /** Flushed once since it was opened (see `planPrimary`). */
  readonly flushed: boolean;
}

/** A `SetDurability` that was proposed and may still be committed: only a greater `ver` ends it. */
export interface OutstandingRule {
  readonly ver: number;
  readonly rule: SynchronousRule;
}

/** The way back of a member whose log diverged (protocol §9). */
export interface Rejoin {
  readonly epoch: Epoch;
  readonly rung: 'rewind' | 'clone';
  readonly failures: number;
  readonly notBefore: Instant;
}

/** A planned hand-over that this primary carries out. */
export interface HandOver {
  readonly id: string;
  readonly stage: 'flush' | 'stop' | 'release';
  readonly position: DatabasePosition | null;
}

/** All that a data member remembers besides the replicated state. Plain data. */
export interface MemberState {
  readonly me: NodeId;
  readonly incarnation: Incarnation;
  /** Of the Raft directory beside it; 0 in one that founded. */
  readonly life: Life;
  /** The index at which the cluster removed this member; it never comes back. */
  readonly retired: LogIndex | null;
  readonly startedAt: Instant;
  /** What is on disk; a change counts only once it is there. */
  readonly record: MemberRecord;
  readonly writing: { readonly ticket: number; readonly record: MemberRecord } | null;
  readonly nextTicket: number;
  readonly database: DatabaseObservation | null;
  /** When the look at the database began: the age of its proof. */
  readonly observedAt: Instant | null;
  /** When the last action ended: looks that began before it are dropped. */
  readonly settledAt: Instant | null;
  readonly host: HostView;
  readonly wish: FenceWish;
  /** When the wish was told to the edge last. */
  readonly saidAt: Instant | null;
  readonly grant: HeldGrant | null;
  /** When this machine last woke: stamps from before are on a clock that did not count the sleep. */
  readonly wokeAt: Instant | null;
  readonly running: RunningAction | null;
  readonly nextActionId: number;
  /** Sealed in this life, and for which election. */
  readonly sealed: { readonly election: LogIndex; readonly position: DatabasePosition } | null;
  readonly appointment: AppointmentProgress | null;
  readonly gate: GateProgress | null;
  /** The epoch in which this life fenced itself; it never opens in it again. */
  readonly fenced: { readonly epoch: Epoch; readonly reason: string } | null;
  /** When each standby was last seen to answer. */
  readonly streamedAt: Readonly<Record<NodeId, Instant>>;
  /** How far the log and each standby were at the last look as primary. */
  readonly progress: {
    readonly at: Instant;
    readonly lsn: number;
    readonly flushed: Readonly<Record<NodeId, number>>;
  } | null;
  readonly outstanding: readonly OutstandingRule[];
  /** The rule whose barrier was passed since it was applied. */
  readonly barrierFor: SynchronousRule | null;
  readonly notReceivingSince: Instant | null;
  /** The directory was wound back or replaced by a copy; the record does not say so yet. */
  readonly restored: 'rewound' | 'copied' | null;
  /** Since when the server answers that it is not ready yet. */
  readonly startingSince: Instant | null;
  /** Since when its process answers nothing. */
  readonly silentSince: Instant | null;
  /** The epoch whose running primary this life found, to adopt it. */
  readonly heirOf: Epoch | null;
  readonly rejoin: Rejoin | null;
  /** How often the server was started to stream for the first time after a rewind, and when last. */
  readonly firstStream: { readonly tries: number; readonly at: Instant } | null;
  readonly handOver: HandOver | null;
  /** The order of an operator that this life has carried out (its stop, its copy), or given up. */
  readonly worked: { readonly operation: string; readonly problem: string | null } | null;
  /** The operator's `prePromote` refused a promotion here: not appointed again before `until`. */
  readonly declined: { readonly until: Instant; readonly reason: string } | null;
  /** After a failed action: not the same again before this. */
  readonly retryAt: { readonly kind: MemberAction['kind']; readonly at: Instant } | null;
  /** Why the last action failed; null since one succeeded. */
  readonly failure: string | null;
  /** What people are told: what planning found, else the failure. */
  readonly trouble: string | null;
  /** When each kind of command was proposed last. */
  readonly proposedAt: Readonly<Record<string, Instant>>;
  readonly shutdown: 'handover' | 'keep' | 'immediate' | null;
}

export function initialMemberState(
  me: NodeId,
  incarnation: Incarnation,
  record: MemberRecord | null,
  now: Instant,
  raft: Pick<MemberState, 'life' | 'retired'> = { life: lifeOf(0), retired: null },
): MemberState {
  return {
    me,
    incarnation,
    life: raft.life,
    retired: raft.retired,
    startedAt: now,
    record: record ?? { promise: logIndexOf(0), released: null, mustStream: false },
    writing: null,
    nextTicket: 1,
    database: null,
    observedAt: null,
    settledAt: null,
    host: { fencing: 'none', vip: false, vips: [], vipMs: 0, open: false },
    wish: { kind: 'inherit' },
    saidAt: null,
    grant: null,
    wokeAt: null,
    running: null,
    nextActionId: 1,
    sealed: null,
    appointment: null,
    gate: null,
    fenced: null,
    streamedAt: {},
    progress: null,
    outstanding: [],
    barrierFor: null,
    notReceivingSince: null,
    restored: null,
    startingSince: null,
    silentSince: null,
    heirOf: null,
    rejoin: null,
    firstStream: null,
    handOver: null,
    worked: null,
    declined: null,
    retryAt: null,
    failure: null,
    trouble: null,
    proposedAt: {},
    shutdown: null,
  };
}
