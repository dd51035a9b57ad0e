import type { Instant, NodeId } from '@mha4rdb/kernel';
import { dataMembers, isInMaintenance, modeOf } from '../../cluster/state.js';
import { isFresh } from '../../coordinator/view.js';
import { mayOpenUnder } from '../../quorum/durability.js';
import type { NodeState } from '../state.js';

/** How well the cluster is, and whether the loss of the primary now would cost nothing but time. */
export interface Readiness {
  readonly verdict: 'healthy' | 'degraded' | 'unavailable';
  readonly failoverReady: boolean;
  /** What is not as it should be, in sentences; empty when all is well. */
  readonly reasons: readonly string[];
  readonly checks: readonly ReadinessCheck[];
  /** Who would most likely be appointed. */
  readonly to: NodeId | null;
}

export interface ReadinessCheck {
  readonly member: NodeId | null;
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** What the coordinator waits for before it appoints anybody: this node, or by that one's own word. */
export function missingOf({ why, raft, reports, options }: NodeState, now: Instant): string | null {
  if (why !== null || raft.leader === null) return why;
  const received = reports[raft.leader];
  if (received === undefined || !isFresh(received.receivedAt, now, options.timing.heartbeat)) {
    return null;
  }
  // A member of a former version says nothing of it.
  return received.report.waitsFor ?? null;
}

/** Judged from this node's own view (R43). */
export function readinessOf(node: NodeState, now: Instant): Readiness {
  const { cluster } = node;
  const serving = serviceCheck(node, now);
  const checks = [
    serving,
    ...quorumCheck(node, now),
    ...durabilityCheck(node, now),
    ...standbyChecks(node, now),
    ...addressCheck(node),
    ...storageChecks(node, now),
    ...pauseCheck(node),
  ];
  const failing = checks.filter(({ ok }) => !ok);
  const single = modeOf(cluster) === 'single';
  const able =
    !single &&
    failing.every(({ check }) => check !== 'quorum' && check !== 'evidence' && check !== 'service');
  const reasons = failing.map(({ detail }) => detail);
  const verdict = !serving.ok ? 'unavailable' : reasons.length === 0 ? 'healthy' : 'degraded';
  return {
    verdict,
    failoverReady: able && !cluster.paused,
    reasons,
    checks,
    to: able ? successor(node, now) : null,
  };
}

function serviceCheck(node: NodeState, now: Instant): ReadinessCheck {
  const { cluster } = node;
  const say = (ok: boolean, detail: string): ReadinessCheck => ({
    member: cluster.primary,
    check: 'service',
    ok,
    detail,
  });
  if (cluster.phase !== 'running' || cluster.primary === null) {
    return say(false, missingOf(node, now) ?? `no primary is in service (${cluster.phase})`);
  }
  const received = node.reports[cluster.primary];
  if (received === undefined || !isFresh(received.receivedAt, now, node.options.timing.heartbeat)) {
    return say(false, `the primary ${cluster.primary} is not within reach`);
  }
  if (!mayOpenUnder(cluster, cluster.confirmed?.rule ?? { standbys: [], acks: 0 })) {
    return say(false, 'the primary waits for standbys before it lets clients in (degrade is off)');
  }
  return received.report.open
    ? say(true, `${cluster.primary} takes writes`)
    : say(false, `the primary ${cluster.primary} does not let clients in yet`);
}

/** The primary takes writes, but not where clients look for it. */
function addressCheck({ cluster, reports }: NodeState): readonly ReadinessCheck[] {
  const trouble =
    cluster.primary === null ? undefined : reports[cluster.primary]?.report.vipTrouble;
  if (trouble === undefined) return [];
  const detail = `${cluster.primary}: ${trouble}`;
  return [{ member: cluster.primary, check: 'vip', ok: false, detail }];
}

function pauseCheck({ cluster }: NodeState): readonly ReadinessCheck[] {
  if (!cluster.paused) return [];
  const detail = 'the cluster is paused: nobody takes over by itself';
  return [{ member: null, check: 'paused', ok: false, detail }];
}

/** The voters that would be left without the primary's host must still be a majority. */
function quorumCheck(node: NodeState, now: Instant): readonly ReadinessCheck[] {
  const { cluster } = node;
  if (modeOf(cluster) === 'single') return [];
  const others = cluster.members.filter(({ id }) => id !== cluster.primary);
  const reachable = others.filter(({ id }) => isReachable(node, id, now));
  const needed = Math.floor(cluster.members.length / 2) + 1;
  const gone = others.filter((member) => !reachable.includes(member)).map(({ id }) => id);
  return [
    {
      member: null,
      check: 'quorum',
      ok: reachable.length >= needed,
      detail:
        reachable.length >= needed
          ? `${reachable.length} voters besides the primary, ${needed} needed`
          : gone.length > 0
            ? `${gone.join(', ')} not within reach: without the primary no majority would be left`
            : `without the primary no majority would be left of ${cluster.members.length} voters: add one`,
    },
  ];
}

/** Enough of the confirmed S within reach that the others' seal would be evidence. */
function durabilityCheck(node: NodeState, now: Instant): readonly ReadinessCheck[] {
  const { cluster } = node;
  const rule = cluster.confirmed?.rule;
  if (modeOf(cluster) === 'single' || rule === undefined) return [];
  if (rule.acks === 0) {
    const detail =
      'commits wait for no standby: only the primary’s own return would be free of loss';
    return [{ member: null, check: 'evidence', ok: false, detail }];
  }
  const needed = rule.standbys.length - rule.acks + 1;
  const present = rule.standbys.filter(
    (id) => isReachable(node, id, now) && !isInMaintenance(cluster, id),
  );
  return [
    {
      member: null,
      check: 'evidence',
      ok: present.length >= needed,
      detail: `${present.length} of ${rule.standbys.join(', ')} within reach, ${needed} needed as evidence`,
    },
  ];
}

function standbyChecks(node: NodeState, now: Instant): readonly ReadinessCheck[] {
  const { cluster } = node;
  return cluster.members
    .filter(({ id }) => id !== cluster.primary)
    .map(({ id, role, noFailover }) => {
      const report = node.reports[id]?.report;
      const say = (ok: boolean, detail: string): ReadinessCheck => ({
        member: id,
        check: 'member',
        ok,
        detail,
      });
      if (isInMaintenance(cluster, id)) return say(false, `${id} is in maintenance`);
      if (report === undefined || !isReachable(node, id, now))
        return say(false, `${id} is not within reach`);
      if (role === 'arbiter') return say(true, `${id} votes`);
      if (report.trouble !== null) return say(false, `${id}: ${report.trouble}`);
      if (report.action === 'clone' || report.action === 'rewind') {
        return say(false, `${id} is being copied or wound back (${report.action})`);
      }
      if (report.database?.role !== 'standby')
        return say(false, `the database of ${id} is not a standby yet`);
      return report.database.receiving === true
        ? say(true, `${id} streams${noFailover === true ? ', and is kept from taking over' : ''}`)
        : say(false, `${id} does not stream from the primary`);
    });
}

/** A disk that fills up ends the server when it is full: it is said while there is time. */
function storageChecks(node: NodeState, now: Instant): readonly ReadinessCheck[] {
  return dataMembers(node.cluster).flatMap(({ id }) => {
    const storage = node.reports[id]?.report.database?.storage;
    if (storage === undefined || !isReachable(node, id, now)) return [];
    return [{ member: id, check: 'storage', ok: false, detail: `${id}: ${storage}` }];
  });
}

function successor(node: NodeState, now: Instant): NodeId | null {
  const electable = node.cluster.confirmed?.rule.standbys ?? [];
  const able = dataMembers(node.cluster)
    .filter(({ id }) => electable.includes(id) && isReachable(node, id, now))
    .filter(({ noFailover, maintenance }) => noFailover === undefined && maintenance === undefined)
    .map(({ id, priority }) => ({
      id,
      priority,
      lsn: node.reports[id]?.report.database?.position?.lsn ?? 0,
    }))
    .sort((a, b) => b.lsn - a.lsn || b.priority - a.priority);
  return able[0]?.id ?? null;
}

function isReachable(node: NodeState, id: NodeId, now: Instant): boolean {
  if (id === node.options.me) return true;
  const received = node.reports[id];
  return received !== undefined && isFresh(received.receivedAt, now, node.options.timing.heartbeat);
}
