import type {
  DatabasePosition,
  Epoch,
  HistoryEntry,
  Incarnation,
  Life,
  LogIndex,
  NodeId,
  SynchronousRule,
} from '@mha4rdb/kernel';
import type { ClusterEvent } from './event.js';

/** A `data` member has a database; an `arbiter` is a full voter without one, never appointed. */
export type MemberRole = 'data' | 'arbiter';

export interface Member {
  readonly id: NodeId;
  readonly role: MemberRole;
  /** `HOST:PORT` of the agent or arbiter. */
  readonly address: string;
  /** `HOST:PORT` of the database; data members only. */
  readonly database?: string;
  /** Breaks ties between candidates with equal positions; the greater wins. */
  readonly priority: number;
  /**
   * The Raft directory under which it takes part (R8). Absent: the one with which it founded the
   * cluster; `null`: added, and not heard of yet. Set by the coordinator, never by an operator.
   */
  readonly life?: Life | null;
  /**
   * `joining`: a data member that commits do not count on yet, until its first place in a rule.
   * `leaving`: to be removed as soon as no rule names it. Absent: a member like any other.
   */
  readonly standing?: 'joining' | 'leaving';
  /** Never takes over by itself, so that commits do not count on it either. Data members only. */
  readonly noFailover?: true;
  /** Commits do not count on it; it may take over when it has everything. Data members only. */
  readonly noSync?: true;
  /** An operator works on it: its database is left alone, and it is not appointed. */
  readonly maintenance?: true;
  /** The operation that ordered its data to be copied anew, until that ended. */
  readonly reinit?: string;
}

/** A member that was. Its id is used up, and whoever comes under it is told so. */
export interface RemovedMember {
  readonly id: NodeId;
  /** Where it was last reached: the answer to it goes there. */
  readonly address: string;
  /** Of the entry that removed it. */
  readonly index: LogIndex;
}

/** How many flushed copies an acknowledged commit has besides the primary's (protocol §6). */
export interface DurabilitySettings {
  readonly mode: 'majority' | 'all' | 'async';
  /** May the primary go on with fewer copies when standbys are gone for `degradeAfter`? */
  readonly degrade: boolean;
}

export interface ClusterSettings {
  readonly durability: DurabilitySettings;
}

/**
 * `forming`: no origin chosen yet. `electing`: nobody may be primary; members seal. `appointed`: one
 * member promotes, its rule not yet confirmed. `running`: confirmed; it may open under a grant.
 */
export type Phase = 'forming' | 'electing' | 'appointed' | 'running';

/** Why and how the current election came about, and what it may do. */
export interface Election {
  readonly index: LogIndex;
  readonly cause: ElectionCause;
  /** Who was primary before; null for the first election of a cluster. */
  readonly from: NodeId | null;
  /** Wanted by a switchover or an operator; others only if it cannot be. */
  readonly preferred: NodeId | null;
  /** Members that the failed appointment before could not reach; not put into the next target. */
  readonly excluded: readonly NodeId[];
  /** An operator's permission to appoint without evidence; it stands until a primary is confirmed. */
  readonly override: LossOverride | null;
}

export type ElectionCause =
  'forming' | 'grant-expired' | 'database-dead' | 'appointment-failed' | 'switchover' | 'operator';

export interface LossOverride {
  readonly operation: string;
  readonly to: NodeId | null;
  readonly reason: string;
}

/** The appointment's aim; it counts for evidence only once confirmed (protocol §6). */
export interface Target {
  readonly rule: SynchronousRule;
  /** The candidate's sealed position: who is not beyond it may attach before the confirmation. */
  readonly base: DatabasePosition;
}

/** The last primary whose rule is in force on its database, and that rule: what evidence is measured against. */
export interface Confirmed {
  readonly primary: NodeId;
  readonly epoch: Epoch;
  readonly rule: SynchronousRule;
  /** Raised by each committed change of the rule; the compare-and-set of `SetDurability`. */
  readonly ver: number;
}

/** One confirmed promotion. Tells an ancestor from a divergence. */
export interface LineageEntry {
  readonly epoch: Epoch;
  readonly member: NodeId;
  readonly timeline: number;
  /** Where the timeline before ended. */
  readonly switchLsn: number;
  readonly markerLsn: number;
}

export interface Granted {
  readonly epoch: Epoch;
  readonly holder: NodeId;
  /** Never shrinks within an epoch: a shorter one counts only after a new appointment. */
  readonly longestMs: number;
}

/** The last release of a grant: its epoch is dead, and nobody has to wait for it. */
export interface Release {
  readonly epoch: Epoch;
  readonly by: NodeId;
  readonly kind: 'clean' | 'dead';
  /** `clean` only: the end of the log after the stop. */
  readonly position: DatabasePosition | null;
}

/** A planned change of the primary, requested and not yet released. */
export interface Switchover {
  readonly id: string;
  readonly from: NodeId;
  readonly to: NodeId;
}

/** A planned change of the primary at a time of day. */
export interface ScheduledSwitchover {
  readonly id: string;
  /** Null: the best candidate then. */
  readonly to: NodeId | null;
  /** Wall clock, in milliseconds since 1970. */
  readonly due: number;
}

/** Servers that an operator wants restarted, one after the other; the first is the one that is at it. */
export interface RestartOrder {
  readonly operation: string;
  /** Standbys first, the primary last. Empty: all are restarted, and a primary is to open again. */
  readonly members: readonly NodeId[];
  /** The primary is restarted where it is, and nobody takes over meanwhile. */
  readonly inPlace: boolean;
}

/**
 * Everything that the members agree on. Small on purpose: a snapshot is the whole of it. Plain data,
 * changed only by `applyCommand`.
 */
export interface ClusterState {
  readonly name: string;
  readonly clusterId: string | null;
  /** The database's own identity; a directory with another one is never touched. */
  readonly systemId: string | null;
  /** Who is WANTED; the coordinator moves Raft's configuration after it, one step at a time. */
  readonly members: readonly Member[];
  /** Bounded by `LIMITS.usedIds` together with the members. */
  readonly removed: readonly RemovedMember[];
  readonly settings: ClusterSettings;
  /** The entry that changed them last; absent while they are those of the founding. */
  readonly settingsRevision?: LogIndex;
  readonly phase: Phase;
  /** The member whose database the cluster started from. */
  readonly origin: NodeId | null;
  readonly election: Election | null;
  /** Log index of the last `AppointPrimary`; 0 before the first. */
  readonly epoch: Epoch;
  readonly primary: NodeId | null;
  readonly incarnation: Incarnation;
  /** D, the length of a grant. */
  readonly grantMs: number;
  /** Whose renewal was committed last, and the longest grant that this epoch has seen. */
  readonly granted: Granted | null;
  readonly target: Target | null;
  readonly confirmed: Confirmed | null;
  readonly lineage: readonly LineageEntry[];
  /** The timeline history of the last confirmed primary, oldest first. */
  readonly history: readonly HistoryEntry[];
  readonly released: Release | null;
  readonly switchover: Switchover | null;
  /** Absent in the state of a former version. */
  readonly scheduled?: ScheduledSwitchover | null;
  /** Null and absent (in a snapshot of a former version): none. */
  readonly restart?: RestartOrder | null;
  readonly paused: boolean;
  readonly events: readonly ClusterEvent[];
  /** Index of the last entry that changed anything a watcher would see. */
  readonly revision: LogIndex;
}

export function dataMembers(state: Pick<ClusterState, 'members'>): readonly Member[] {
  return state.members.filter((member) => member.role === 'data');
}

/**
 * Standbys that commits may count on while `primary` serves: neither still coming nor about to leave,
 * and not kept from it by an operator. A member that may not take over counts for no commit: one that
 * only it had would hold up every election.
 */
export function countedStandbys(
  state: Pick<ClusterState, 'members'>,
  primary: NodeId | null,
): readonly Member[] {
  return dataMembers(state).filter((member) => member.id !== primary && mayCount(member));
}

export function mayCount({ standing, noFailover, noSync }: Member): boolean {
  return standing === undefined && noFailover === undefined && noSync === undefined;
}

export function isInMaintenance(state: Pick<ClusterState, 'members'>, id: NodeId): boolean {
  return memberOf(state, id)?.maintenance === true;
}

/** A pause lets nobody take over by itself; what was asked for goes on. */
export function mustNotAppoint({
  paused,
  election,
}: Pick<ClusterState, 'paused' | 'election'>): boolean {
  return paused && election?.cause !== 'operator' && election?.cause !== 'switchover';
}

/** A standby of the rule that is no data member (any more): such a rule is refused. Null: none. */
export function strangerIn(
  state: Pick<ClusterState, 'members'>,
  rule: SynchronousRule,
): NodeId | null {
  return rule.standbys.find((id) => memberOf(state, id)?.role !== 'data') ?? null;
}

export function memberOf(state: Pick<ClusterState, 'members'>, id: NodeId): Member | undefined {
  return state.members.find((member) => member.id === id);
}

export function removedOf(
  state: Pick<ClusterState, 'removed'>,
  id: NodeId,
): RemovedMember | undefined {
  return state.removed.find((member) => member.id === id);
}

/** `single`, `dual` and `cluster` are only shapes of the member list (protocol §2). */
export function modeOf(state: {
  readonly members: readonly Pick<Member, 'role'>[];
}): 'single' | 'dual' | 'cluster' {
  const data = state.members.filter(({ role }) => role === 'data').length;
  return data <= 1 ? 'single' : data === 2 ? 'dual' : 'cluster';
}
