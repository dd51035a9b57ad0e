import { timestampDate, type Timestamp } from '@bufbuild/protobuf/wkt';
import type {
  ActionProgress as WireProgress,
  GetStatusResponse,
  MemberStatus as WireMember,
} from '../gen/mha4rdb/v1/status_pb.js';
import {
  DURABILITY_MODES,
  FENCINGS,
  MEMBER_STATES,
  MODES,
  STANDINGS,
  VERDICTS,
  VOTING,
  WATCHDOGS,
  wordOf,
  type DurabilityMode,
  type Fencing,
  type MemberStanding,
  type MemberState,
  type Mode,
  type Verdict,
  type Voting,
  type Watchdog,
} from './words.js';

/** The cluster as one member sees it; as JSON exactly what `mhactl status -o json` prints. */
export interface ClusterStatus {
  readonly cluster: string;
  readonly clusterId: string;
  readonly schema: number;
  /** RFC 3339, UTC. */
  readonly asOf: string;
  readonly answeredBy: string;
  /** The answering member has lost the others; the cluster may have moved on. */
  readonly stale: boolean;
  readonly mode: Mode;
  readonly verdict: Verdict;
  readonly failoverReady: boolean;
  /** Why it is not healthy, in sentences. */
  readonly reasons: readonly string[];
  readonly coordinator: string | null;
  readonly term: number;
  /** The fencing token of the last confirmed primary; 0 before the first. */
  readonly epoch: number;
  readonly primary: string | null;
  readonly paused: boolean;
  /** The switchover that waits for its time; null while there is none. */
  readonly scheduled: ScheduledSwitchover | null;
  readonly durability: {
    readonly mode: DurabilityMode;
    readonly electable: readonly string[];
    readonly acks: number;
  };
  readonly vip: readonly VipStatus[];
  readonly members: readonly MemberStatus[];
}

export interface ScheduledSwitchover {
  /** The operation that asked for it. */
  readonly id: string;
  /** Null: the best candidate then. */
  readonly to: string | null;
  /** RFC 3339, UTC. */
  readonly at: string;
}

export interface VipStatus {
  /** With its prefix length. */
  readonly address: string;
  readonly holder: string | null;
  readonly observed: boolean;
}

export type MemberStatus = DataMemberStatus | ArbiterStatus;

interface AnyMemberStatus {
  readonly id: string;
  /** HOST:PORT of the agent or arbiter. */
  readonly address: string;
  readonly state: MemberState;
  readonly health: string;
  readonly reachable: boolean;
  /** Age of its last report; null when there was never one. */
  readonly reportAgeMs: number | null;
  /** Since when it is in this state; RFC 3339, UTC. */
  readonly since: string;
  readonly voting: Voting;
  readonly standing: MemberStanding;
}

/** How far a long action is; null stands for what its step does not count. */
export interface ActionProgress {
  readonly step: string;
  readonly bytesDone: number | null;
  readonly bytesTotal: number | null;
  /** 0 to 100. */
  readonly percent: number | null;
}

export interface ArbiterStatus extends AnyMemberStatus {
  readonly role: 'arbiter';
}

/** Null stands for "cannot be told now". */
export interface DataMemberStatus extends AnyMemberStatus {
  readonly role: 'data';
  /** HOST:PORT of the database. */
  readonly database: string;
  readonly timeline: number | null;
  readonly position: string | null;
  /** Bytes behind the primary. */
  readonly lagBytes: number | null;
  /** Milliseconds behind the primary, by the primary's clock. */
  readonly lagMs: number | null;
  /** The copy or rewind that is under way; null while there is none. */
  readonly progress: ActionProgress | null;
  /** Its flush is counted for acknowledged commits. */
  readonly sync: boolean;
  /** What is left of its grant; null unless it holds one. */
  readonly grantMs: number | null;
  readonly fencing: Fencing;
  /** Breaks ties among equals; the greater is appointed. */
  readonly priority: number;
  /** Kept from taking over by itself, so that commits do not count on it either. */
  readonly noFailover: boolean;
  /** Kept from counting for commits. */
  readonly noSync: boolean;
  /** The device that resets its host when its agent fails; null where none is configured. */
  readonly watchdog: Watchdog | null;
  /** After so long at most it resets the host, unless it is petted; null when it does not run. */
  readonly watchdogMs: number | null;
}

export function statusOf(wire: GetStatusResponse): ClusterStatus {
  return {
    cluster: wire.cluster,
    clusterId: wire.clusterId,
    schema: wire.schema,
    asOf: isoOf(wire.asOf),
    answeredBy: wire.answeredBy,
    stale: wire.stale,
    mode: wordOf(MODES, wire.mode, 'cluster'),
    verdict: wordOf(VERDICTS, wire.verdict, 'unavailable'),
    failoverReady: wire.failoverReady,
    reasons: wire.reasons,
    coordinator: textOf(wire.coordinator),
    term: Number(wire.term),
    epoch: Number(wire.epoch),
    primary: textOf(wire.primary),
    paused: wire.paused,
    scheduled: scheduledOf(wire.scheduled),
    durability: {
      mode: wordOf(DURABILITY_MODES, wire.durability?.mode ?? '', 'majority'),
      electable: wire.durability?.electable ?? [],
      acks: wire.durability?.acks ?? 0,
    },
    vip: wire.vip.map(({ address, holder, observed }) => ({
      address,
      holder: textOf(holder),
      observed,
    })),
    members: wire.members.map(memberOf),
  };
}

function scheduledOf(wire: GetStatusResponse['scheduled']): ScheduledSwitchover | null {
  return wire === undefined ? null : { id: wire.id, to: textOf(wire.to), at: isoOf(wire.at) };
}

function memberOf(wire: WireMember): MemberStatus {
  const { id, address, health, reachable } = wire;
  const state = wordOf(MEMBER_STATES, wire.state, 'unknown');
  const reportAgeMs = wire.reportAgeMs ?? null;
  const since = isoOf(wire.since);
  // A member of an earlier version does not say: all its members are voters for good.
  const voting = wire.voting === '' ? 'voter' : wordOf(VOTING, wire.voting, 'none');
  const standing = wordOf(STANDINGS, wire.standing ?? '', 'full');
  const part = { since, voting, standing };
  if (wire.role === 'arbiter') {
    return { id, role: 'arbiter', address, state, health, reachable, reportAgeMs, ...part };
  }
  return {
    id,
    role: 'data',
    address,
    database: wire.database ?? '',
    state,
    health,
    reachable,
    reportAgeMs,
    timeline: numberOf(wire.timeline),
    position: wire.position ?? null,
    lagBytes: numberOf(wire.lagBytes),
    sync: wire.sync ?? false,
    grantMs: wire.grantMs ?? null,
    fencing: wordOf(FENCINGS, wire.fencing ?? '', 'none'),
    ...part,
    lagMs: numberOf(wire.lagMs),
    progress: wire.progress === undefined ? null : progressOf(wire.progress),
    priority: wire.priority,
    noFailover: wire.noFailover,
    noSync: wire.noSync,
    watchdog: wire.watchdog === undefined ? null : wordOf(WATCHDOGS, wire.watchdog, 'failed'),
    watchdogMs: wire.watchdogMs ?? null,
  };
}

function progressOf(wire: WireProgress): ActionProgress {
  const bytesDone = numberOf(wire.bytesDone);
  const bytesTotal = numberOf(wire.bytesTotal);
  const percent =
    bytesDone === null || bytesTotal === null || bytesTotal === 0
      ? null
      : Math.min(100, Math.floor((100 * bytesDone) / bytesTotal));
  return { step: wire.step, bytesDone, bytesTotal, percent };
}

/** RFC 3339 in UTC; an absent moment is the beginning of time, so that readers need no null. */
export function isoOf(moment: Timestamp | undefined): string {
  return moment === undefined ? new Date(0).toISOString() : timestampDate(moment).toISOString();
}

function textOf(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

function numberOf(value: bigint | undefined): number | null {
  return value === undefined ? null : Number(value);
}
