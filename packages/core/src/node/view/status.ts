import type { Instant, NodeId } from '@mha4rdb/kernel';
import { voterOf } from '../../cluster/identity.js';
import { memberOf, modeOf, type Member, type ScheduledSwitchover } from '../../cluster/state.js';
import { isFresh } from '../../coordinator/view.js';
import { isVoter } from '../../raft/membership/configuration.js';
import { leadingNodeOf } from '../../raft/queries.js';
import type { ActionProgress } from '../../member/action.js';
import type { NodeState } from '../state.js';
import { formatLsn } from './position-text.js';
import { ailmentOf } from './health.js';
import { memberWord, type MemberWord } from './member-state.js';
import { readinessOf } from './readiness.js';

/** One member as this node sees it. Database fields are absent on an arbiter. */
export interface MemberView {
  readonly id: NodeId;
  readonly role: Member['role'];
  readonly address: string;
  readonly database?: string;
  readonly state: MemberWord;
  readonly health: 'ok' | 'failing' | 'unknown';
  readonly reachable: boolean;
  readonly reportAgeMs: number | null;
  readonly timeline?: number;
  readonly position?: string;
  readonly lagBytes?: number;
  /** As the primary measures it: from its own flush to the replay here; absent while it cannot. */
  readonly lagMs?: number;
  /** The long action under way; absent while there is none that says how far it is. */
  readonly progress?: ActionProgress;
  /** Commits count on this standby now. */
  readonly sync?: boolean;
  readonly grantMs?: number;
  readonly fencing?: string;
  /** ready | armed | failed; absent where none is configured. */
  readonly watchdog?: string;
  /** Until it resets the host; absent when it does not run. */
  readonly watchdogMs?: number;
  /** Its part in Raft's configuration; `none`: in no configuration (yet, or any more). */
  readonly voting: 'voter' | 'learner' | 'none';
  /** `joining` until commits count on it, `leaving` until it is removed; null: a full member. */
  readonly standing: 'joining' | 'leaving' | null;
  /** Breaks ties among equals; the greater is appointed. */
  readonly priority: number;
  /** Kept from taking over by itself. */
  readonly noFailover: boolean;
  /** Kept from counting for commits. */
  readonly noSync: boolean;
  readonly trouble: string | null;
  /** Wall clock in milliseconds since 1970 since when it is in this state; null when never seen. */
  readonly sinceMs: number | null;
}

/** What `GetStatus` answers; the contract's JSON, with times as numbers. Local, maybe stale (R43). */
export interface StatusView {
  readonly cluster: string;
  readonly clusterId: string | null;
  readonly asOfMs: number;
  readonly answeredBy: NodeId;
  /** This node has no word from a coordinator of a majority: others may know better. */
  readonly stale: boolean;
  readonly mode: 'single' | 'dual' | 'cluster';
  readonly verdict: 'healthy' | 'degraded' | 'unavailable';
  readonly failoverReady: boolean;
  readonly reasons: readonly string[];
  readonly coordinator: NodeId | null;
  readonly term: number;
  readonly epoch: number;
  readonly primary: NodeId | null;
  readonly paused: boolean;
  /** A switchover at a time of day, which the coordinator begins then; null: none. */
  readonly scheduled: ScheduledSwitchover | null;
  readonly durability: {
    readonly mode: string;
    readonly electable: readonly NodeId[];
    readonly acks: number;
  };
  readonly vip: readonly {
    readonly address: string;
    readonly holder: NodeId | null;
    readonly observed: boolean;
  }[];
  readonly members: readonly MemberView[];
  /** What a change of members waits for, as the coordinator sees it; null elsewhere, and when settled. */
  readonly changing: string | null;
  readonly revision: number;
}

export function statusOf(node: NodeState, now: Instant, wall: number): StatusView {
  const { cluster, options } = node;
  const readiness = readinessOf(node, now);
  const running = cluster.phase === 'running';
  return {
    cluster: cluster.name,
    clusterId: cluster.clusterId,
    asOfMs: wall,
    answeredBy: options.me,
    stale: isStale(node, now),
    mode: modeOf(cluster),
    verdict: readiness.verdict,
    failoverReady: readiness.failoverReady,
    reasons: readiness.reasons,
    coordinator: leadingNodeOf(node.raft),
    term: node.raft.term,
    epoch: cluster.epoch,
    primary: running ? cluster.primary : null,
    paused: cluster.paused,
    scheduled: cluster.scheduled ?? null,
    durability: {
      mode: cluster.settings.durability.mode,
      electable: cluster.confirmed?.rule.standbys ?? [],
      acks: cluster.confirmed?.rule.acks ?? 0,
    },
    vip: addressesOf(node, now),
    members: cluster.members.map((member) => memberView(node, member, now)),
    changing: node.changing,
    revision: cluster.revision,
  };
}

/** A leader without a quorum steps down within its election time; a follower hears nothing then. */
export function isStale(node: NodeState, now: Instant): boolean {
  if (node.coordinator !== null) return false;
  const heard = node.raft.leaderContactAt;
  return (
    leadingNodeOf(node.raft) === null ||
    heard === null ||
    now - heard > node.options.timing.electionMax
  );
}

function memberView(node: NodeState, member: Member, now: Instant): MemberView {
  const { cluster, options } = node;
  const received = node.reports[member.id];
  const reachable =
    received !== undefined && isFresh(received.receivedAt, now, options.timing.heartbeat);
  const base = {
    id: member.id,
    role: member.role,
    address: member.address,
    reachable,
    voting: votingOf(node, member),
    standing: member.standing ?? null,
    priority: member.priority,
    noFailover: member.noFailover ?? false,
    noSync: member.noSync ?? false,
    reportAgeMs: received === undefined ? null : Math.max(0, Math.round(now - received.receivedAt)),
    trouble: received?.report.trouble ?? null,
    sinceMs: received?.sinceWall ?? null,
  };
  if (member.role === 'arbiter') {
    const state = reachable ? 'arbiter' : 'unreachable';
    return { ...base, state, health: reachable ? 'ok' : 'unknown' };
  }
  const named = { ...base, ...(member.database !== undefined && { database: member.database }) };
  if (received === undefined || !reachable) {
    return {
      ...named,
      // What an operator took aside is expected to be gone for a while; `reachable` says that it is.
      state: member.maintenance === true ? 'maintenance' : 'unreachable',
      health: 'unknown',
      sinceMs: received?.receivedWall ?? null,
    };
  }
  const { report } = received;
  const { database } = report;
  const primary = cluster.primary === null ? undefined : node.reports[cluster.primary]?.report;
  const end = primary?.database?.position?.lsn;
  const position = database?.position;
  const confirmed = cluster.confirmed?.primary === member.id ? null : cluster.confirmed;
  const ailment = ailmentOf(cluster, report);
  const lagMs = primary?.database?.standbys?.find(({ node: id }) => id === member.id)?.lagMs;
  return {
    ...named,
    state: memberWord(cluster, report),
    health: healthOf(member, ailment),
    trouble: ailment,
    ...(position !== undefined && {
      timeline: position.timeline,
      position: formatLsn(position.lsn),
      ...(end !== undefined && { lagBytes: Math.max(0, end - position.lsn) }),
    }),
    ...(lagMs !== undefined && { lagMs }),
    // A member of an earlier version says nothing of it.
    ...(report.progress != null && { progress: report.progress }),
    sync: confirmed?.rule.standbys.includes(member.id) ?? false,
    grantMs: report.grantMs,
    fencing: report.fencing,
    ...(report.watchdog !== undefined && {
      watchdog: report.watchdog.state,
      ...(report.watchdog.leftMs !== null && { watchdogMs: report.watchdog.leftMs }),
    }),
  };
}

/** Of a member in maintenance nobody expects that its database works. */
function healthOf({ maintenance }: Member, ailment: string | null): MemberView['health'] {
  if (ailment === null) return 'ok';
  return maintenance === true ? 'unknown' : 'failing';
}

function votingOf({ raft }: NodeState, member: Member): MemberView['voting'] {
  const { value } = raft.configuration;
  const voter = voterOf(member);
  if (voter === null) return 'none';
  if (isVoter(value, voter)) return 'voter';
  return value.learners.includes(voter) ? 'learner' : 'none';
}

function addressesOf(node: NodeState, now: Instant): StatusView['vip'] {
  const seen = new Map<string, { holder: NodeId | null; observed: boolean }>();
  for (const { report, receivedAt } of Object.values(node.reports)) {
    const fresh = isFresh(receivedAt, now, node.options.timing.heartbeat);
    for (const { address, held } of report.vips) {
      const before = seen.get(address);
      if (held && fresh) seen.set(address, { holder: report.node, observed: true });
      else if (before === undefined) seen.set(address, { holder: null, observed: false });
    }
  }
  return [...seen].map(([address, state]) => ({ address, ...state }));
}

/** The database that clients should write to; null while no confirmed primary is in service. */
export interface LeaderView {
  readonly id: NodeId;
  readonly database: string;
  readonly epoch: number;
  readonly vip: string | null;
}

export function leaderView(node: NodeState): LeaderView | null {
  const { cluster } = node;
  if (cluster.phase !== 'running' || cluster.primary === null) return null;
  const database = memberOf(cluster, cluster.primary)?.database;
  if (database === undefined) return null;
  const vip = node.reports[cluster.primary]?.report.vips[0]?.address ?? null;
  return { id: cluster.primary, database, epoch: cluster.epoch, vip };
}
