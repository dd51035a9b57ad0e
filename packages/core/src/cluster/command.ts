import type {
  DatabasePosition,
  Epoch,
  Incarnation,
  Instant,
  Life,
  LogIndex,
  NodeId,
  SynchronousRule,
  Term,
  TimelineSwitch,
} from '@mha4rdb/kernel';
import type { CandidateVerdict } from './event.js';
import type { ClusterSettings, ElectionCause, LossOverride, Member } from './state.js';

/**
 * What can be committed. A command whose guard (protocol §7, `apply.ts`) refuses it does nothing,
 * and its proposer acts only on "applied". `at` is the coordinator's wall clock, for display only.
 */
export type Command =
  | FormCluster
  | BeginElection
  | AllowLoss
  | AppointPrimary
  | ConfirmPrimary
  | RenewGrant
  | KeepGrant
  | Adopt
  | SetDurability
  | ReleaseGrant
  | StartSwitchover
  | CancelSwitchover
  | ScheduleSwitchover
  | EndSchedule
  | SetPaused
  | SetMaintenance
  | SetSettings
  | StartRestart
  | StartReinit
  | EndWork
  | RecordOpened
  | AddMember
  | RetireMember
  | RemoveMember
  | ChangeMember
  | ReadmitMember
  | EstablishMember;

/** Chooses the database that the cluster starts from. Once in a cluster's life. */
export interface FormCluster {
  readonly type: 'FormCluster';
  readonly clusterId: string;
  readonly origin: NodeId;
  readonly members: readonly Member[];
  readonly settings: ClusterSettings;
  readonly grantMs: number;
  readonly at: number;
}

/** Ends the epoch: from its commit on nobody is primary, and standbys seal. */
export interface BeginElection {
  readonly type: 'BeginElection';
  readonly epoch: Epoch;
  readonly cause: ElectionCause;
  /** `e<…>` by default; an operator's operation id otherwise. */
  readonly operation: string | null;
  readonly preferred: NodeId | null;
  readonly excluded: readonly NodeId[];
  readonly override: LossOverride | null;
  readonly detectMs: number;
  readonly at: number;
}

/** An operator's permission for the election that is under way. */
export interface AllowLoss {
  readonly type: 'AllowLoss';
  readonly electionIndex: LogIndex;
  readonly override: LossOverride;
  readonly at: number;
}

export interface AppointPrimary {
  readonly type: 'AppointPrimary';
  readonly electionIndex: LogIndex;
  /** Must equal the term of the entry that carries it: the wait was counted on that coordinator's clock. */
  readonly term: Term;
  readonly member: NodeId;
  readonly incarnation: Incarnation;
  readonly rule: SynchronousRule;
  readonly base: DatabasePosition;
  /** Why the evidence is enough, for people. */
  readonly evidence: string;
  readonly candidates: readonly CandidateVerdict[];
  readonly sealMs: number;
}

export interface ConfirmPrimary {
  readonly type: 'ConfirmPrimary';
  readonly epoch: Epoch;
  readonly incarnation: Incarnation;
  readonly rule: SynchronousRule;
  readonly promotion: TimelineSwitch;
  readonly markerLsn: number;
  readonly systemId: string;
  readonly electMs: number;
  readonly promoteMs: number;
}

/** `sendStamp` is on the holder's own clock and comes back to it: the grant ends at stamp + D. */
export interface RenewGrant {
  readonly type: 'RenewGrant';
  readonly epoch: Epoch;
  readonly holder: NodeId;
  readonly incarnation: Incarnation;
  readonly sendStamp: Instant;
}

/** One longer grant for a planned restart of the agent that leaves the database in place. */
export interface KeepGrant {
  readonly type: 'KeepGrant';
  readonly epoch: Epoch;
  readonly holder: NodeId;
  readonly incarnation: Incarnation;
  readonly sendStamp: Instant;
  readonly maxMs: number;
}

/** A later life of the primary's agent takes over the running database. */
export interface Adopt {
  readonly type: 'Adopt';
  readonly epoch: Epoch;
  readonly member: NodeId;
  readonly incarnation: Incarnation;
}

export interface SetDurability {
  readonly type: 'SetDurability';
  readonly epoch: Epoch;
  readonly incarnation: Incarnation;
  /** The version that it replaces (compare and set). */
  readonly ver: number;
  readonly rule: SynchronousRule;
  readonly reason: string;
  readonly at: number;
}

export interface ReleaseGrant {
  readonly type: 'ReleaseGrant';
  readonly epoch: Epoch;
  readonly incarnation: Incarnation;
  /** `clean`: stopped in order, with `position`; `dead`: no process of it is left. */
  readonly kind: 'clean' | 'dead';
  readonly position: DatabasePosition | null;
  readonly switchover: string | null;
  readonly reason: string;
  readonly at: number;
}

export interface StartSwitchover {
  readonly type: 'StartSwitchover';
  readonly id: string;
  readonly epoch: Epoch;
  readonly to: NodeId;
  /** Why the cluster wants it by itself; absent when an operator does. */
  readonly reason?: string;
  readonly at: number;
  /** Of the scheduled one that begins with it. */
  readonly scheduled?: string;
}

/** A switchover at a time of day: `due` in milliseconds since 1970. */
export interface ScheduleSwitchover {
  readonly type: 'ScheduleSwitchover';
  readonly id: string;
  readonly to: NodeId | null;
  readonly due: number;
  readonly at: number;
}

/** Takes a scheduled switchover off the list: it failed for this reason, or was not needed (null). */
export interface EndSchedule {
  readonly type: 'EndSchedule';
  readonly id: string;
  readonly failure: string | null;
  readonly detail: string;
}

/** Keeps the epoch: possible only before the release. */
export interface CancelSwitchover {
  readonly type: 'CancelSwitchover';
  readonly id: string;
  readonly reason: string;
}

export interface SetPaused {
  readonly type: 'SetPaused';
  readonly operation: string;
  readonly paused: boolean;
  readonly at: number;
}

/** An operator takes a member aside, or gives it back. */
export interface SetMaintenance {
  readonly type: 'SetMaintenance';
  readonly operation: string;
  readonly member: NodeId;
  readonly on: boolean;
  readonly at: number;
}

/** Servers to restart, in this order. */
export interface StartRestart {
  readonly type: 'StartRestart';
  readonly operation: string;
  readonly members: readonly NodeId[];
  readonly inPlace: boolean;
  readonly at: number;
}

/** A standby whose data is to be copied anew. */
export interface StartReinit {
  readonly type: 'StartReinit';
  readonly operation: string;
  readonly member: NodeId;
  readonly at: number;
}

/** A member is through with such an order, or it cannot be carried out there. */
export interface EndWork {
  readonly type: 'EndWork';
  readonly operation: string;
  readonly member: NodeId;
  readonly problem: string | null;
}

/** The settings as they shall be, computed from those of `revision`. */
export interface SetSettings {
  readonly type: 'SetSettings';
  readonly operation: string;
  readonly revision: number;
  readonly settings: ClusterSettings;
  readonly at: number;
}

/** Closes the event of an appointment; informs, decides nothing. */
export interface RecordOpened {
  readonly type: 'RecordOpened';
  readonly epoch: Epoch;
  readonly incarnation: Incarnation;
  readonly gateMs: number;
  readonly vipMs: number;
  /** Filled in by the coordinator, who saw the last renewal before. */
  readonly writeGapMs: number | null;
}

/** Puts a member on the list. It takes part once it has been heard of (`ReadmitMember`). */
export interface AddMember {
  readonly type: 'AddMember';
  readonly operation: string;
  readonly member: Member;
  readonly at: number;
}

/** What an operator may change of a member while it is one; what is left out stays. */
export interface MemberChanges {
  readonly priority?: number;
  readonly noFailover?: boolean;
  readonly noSync?: boolean;
}

/** Changes whom elections prefer, and whom commits count on from now on. */
export interface ChangeMember {
  readonly type: 'ChangeMember';
  readonly operation: string;
  readonly member: NodeId;
  readonly changes: MemberChanges;
  readonly at: number;
}

/** Marks a member as leaving: commits stop counting on it, then `RemoveMember` follows. */
export interface RetireMember {
  readonly type: 'RetireMember';
  readonly operation: string;
  readonly member: NodeId;
  readonly at: number;
}

/** Takes a leaving member off the list; its id is used up. */
export interface RemoveMember {
  readonly type: 'RemoveMember';
  readonly member: NodeId;
  readonly at: number;
}

/**
 * The member takes part under this life from now on: the first one of a new member, or another one of
 * a member that lost its Raft directory. The former identity leaves Raft's configuration, this one
 * enters it as a learner (R8, R50).
 */
export interface ReadmitMember {
  readonly type: 'ReadmitMember';
  readonly member: NodeId;
  readonly life: Life;
  readonly at: number;
}

/** A new member votes, and streams if it has a database: from now on it is one like any other. */
export interface EstablishMember {
  readonly type: 'EstablishMember';
  readonly member: NodeId;
  readonly at: number;
}
