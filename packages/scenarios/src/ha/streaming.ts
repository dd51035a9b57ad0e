import { commonLength, type Database } from './database.js';
import { admitsPeers, isOpen } from './lease.js';
import type { NodeId } from '@mha4rdb/kernel';
import { clockOf, say, type HaWorld, type Host } from './world.js';

function connected(world: HaWorld, one: NodeId, other: NodeId): boolean {
  return !world.apart.has(`${one} ${other}`) && !world.apart.has(`${other} ${one}`);
}

/** Another member's primary, when this host can open a session there now. */
export function reachable(world: HaWorld, from: NodeId, to: NodeId): Database | null {
  const host = world.hosts.get(to);
  if (host?.database?.process !== 'running' || host.database.role !== 'primary') return null;
  if (host.asleep) return null;
  const passes = connected(world, from, to) && admitsPeers(host.lease, clockOf(world, host));
  return passes ? host.database : null;
}

/** Who streams from this host now. */
export function attachedTo(
  world: HaWorld,
  primary: Host,
): readonly { readonly id: NodeId; readonly flushed: number }[] {
  return [...world.hosts.values()].flatMap(({ id, database }) =>
    database?.receiving === true && database.upstream === primary.id
      ? [{ id, flushed: database.log.length }]
      : [],
  );
}

export function holdersOf(world: HaWorld, host: Host, rule: Database['rule'], lsn: number): number {
  return attachedTo(world, host).filter(
    ({ id, flushed }) => rule.standbys.includes(id) && flushed >= lsn,
  ).length;
}

/** Standbys take what their upstream has, if they reach it and their log is a beginning of its log. */
export function stream(world: HaWorld): void {
  for (const { id, database, asleep } of world.hosts.values()) {
    if (asleep || database === null || database.process !== 'running') continue;
    if (database.role !== 'standby' && database.role !== 'starting') continue;
    const source = database.upstream === null ? null : reachable(world, id, database.upstream);
    const fits = source !== null && commonLength(database, source) === database.log.length;
    database.receiving = fits;
    if (!fits || source === null || database.lags) continue;
    database.log = source.log;
    database.timeline = source.timeline;
    database.history = source.history;
    Object.assign(database, { consistent: true, role: 'standby' });
  }
  acknowledge(world);
}

/** Answers the commits for which the rule in force is satisfied, to clients that still hear them. */
function acknowledge(world: HaWorld): void {
  world.waiting = world.waiting.filter(({ at, record }) => {
    const host = world.hosts.get(at);
    const database = host?.database;
    if (host === undefined || database?.process !== 'running' || database.role !== 'primary') {
      return false;
    }
    if (host.asleep) return true;
    const lsn = database.log.indexOf(record) + 1;
    if (lsn === 0 || !isOpen(host.lease, clockOf(world, host))) return false;
    if (holdersOf(world, host, database.rule, lsn) < database.rule.acks) return true;
    world.acknowledged.push(record);
    const also = attachedTo(world, host).filter(({ flushed }) => flushed >= lsn);
    const names = also.map(({ id }) => id).join(' ') || 'nobody else';
    say(world, `${at} acknowledges ${record.text}, which ${names} has too`);
    return false;
  });
}
