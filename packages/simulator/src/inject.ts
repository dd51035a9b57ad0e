import type { ClusterState } from '@mha4rdb/core';
import type { FaultKind, ScriptedFault } from './fault.js';
import type { Host } from './host.js';
import type { Link } from './network.js';
import { ask, askUntil, type Request } from './operator.js';
import type { World } from './world.js';

/** What a fault did that can be undone. */
type Mend = () => void;

/** Carries out one complete fault; the answer undoes it when its time is over. */
export function inject(fault: ScriptedFault, host: Host, world: World): Mend | null {
  const { now } = world.schedule;
  const { agent, database, clock } = host;
  const until = now + (fault.forMs ?? 0);
  switch (fault.fault) {
    case 'agent-crash':
      agent.crash(true);
      return null;
    case 'agent-freeze':
      agent.freeze();
      return () => {
        if (!host.asleep) agent.thaw();
      };
    case 'agent-restart':
      agent.take((at, wall) => ({ type: 'shutdown', now: at, wall, mode: stopModeOf(fault) }));
      return null;
    case 'database-crash':
      database?.crash();
      return null;
    case 'database-freeze':
      database?.freeze();
      return () => {
        if (!host.asleep) database?.thaw();
      };
    case 'power-loss':
      world.losePower(host);
      return () => world.restorePower(host);
    case 'vm-pause':
    case 'suspend':
      world.fallAsleep(host);
      return () => {
        const sleptMs = world.schedule.now - now;
        world.situations.wakes(host, sleptMs);
        world.wakeUp(host, fault.fault === 'suspend' ? sleptMs : 0);
      };
    case 'clock-rate':
      clock.changeRate(now, fault.amount ?? 1);
      return null;
    case 'wall-jump':
      clock.jumpWall(fault.amount ?? 0);
      return null;
    case 'slow-disk':
      host.slowDiskUntil = until;
      return null;
    case 'raft-disk-full':
    case 'raft-disk-error':
      host.diskFailsUntil = until;
      host.diskFailure = fault.fault === 'raft-disk-full' ? 'full' : 'error';
      return null;
    case 'slow-database-disk':
      if (database !== null) database.disk.slowUntil = until;
      return null;
    case 'database-disk-full':
      if (database !== null) database.disk.fullUntil = until;
      return null;
    case 'database-disk-error':
      if (database !== null) database.disk.failsUntil = until;
      return null;
    case 'partition':
    case 'one-way':
    case 'client-cut':
    case 'stream-cut':
    case 'agent-cut': {
      const links = linksOf(fault, host, world);
      world.network.cut(links);
      return () => world.network.mend(links);
    }
    case 'switchover':
    case 'failover':
    case 'accepted-loss':
    case 'pause':
      ask(world, (id) => requestOf(fault, id, world));
      return null;
    // The other ones come by themselves when their moment is there.
    default:
      changeMembers(fault, host, world);
      return null;
  }
}

/** What an operator does to one member, or what happens to the life under which it takes part. */
function changeMembers(fault: ScriptedFault, host: Host, world: World): void {
  const { member } = host;
  if (fault.fault === 'maintenance') {
    const on = fault.detail === 'on';
    ask(world, (id) => ({ kind: 'maintenance', id, member: member.id, on }));
  }
  if (fault.fault === 'work-order') ask(world, (id) => workOn(host, fault.detail, id));
  if (fault.fault === 'raft-loss') world.loseRaftDirectory(host, fault.detail === 'all');
  if (fault.fault === 'member-add') {
    const isThere = ({ members }: ClusterState) => members.some(({ id }) => id === member.id);
    askUntil(world, isThere, (id) => ({ kind: 'addMember', id, member }));
  }
  if (fault.fault === 'member-remove') {
    const isGone = ({ removed }: ClusterState) => removed.some(({ id }) => id === member.id);
    askUntil(world, isGone, (id) => ({ kind: 'removeMember', id, member: member.id }));
  }
}

function workOn({ member: { id: member } }: Host, detail: string | undefined, id: string): Request {
  if (detail === 'copy') return { kind: 'reinit', id, member };
  const members = detail === 'all' ? null : [member];
  return { kind: 'restart', id, members, inPlace: detail === 'in-place' };
}

function stopModeOf({ detail }: ScriptedFault): 'handover' | 'keep' | 'immediate' {
  return detail === 'handover' || detail === 'keep' ? detail : 'immediate';
}

function requestOf(fault: ScriptedFault, id: string, world: World): Request {
  const to = fault.to == null ? null : world.host(fault.to).member.id;
  switch (fault.fault) {
    case 'switchover':
      return { kind: 'switchover', id, to };
    case 'pause':
      return { kind: fault.detail === 'pause' ? 'pause' : 'resume', id };
    default: {
      const allowDataLoss = fault.fault === 'accepted-loss';
      return { kind: 'failover', id, to, allowDataLoss, reason: 'simulated' };
    }
  }
}

const ONLY: Readonly<Partial<Record<FaultKind, Link['only']>>> = {
  'stream-cut': 'databases',
  'agent-cut': 'agents',
};

function linksOf(fault: ScriptedFault, host: Host, world: World): readonly Link[] {
  const { id } = host.member;
  if (fault.fault === 'client-cut') {
    return both('client', id, null);
  }
  const only = ONLY[fault.fault] ?? null;
  const side = fault.side ?? [id];
  const all = [...world.hosts.map(({ member }) => String(member.id)), 'client'];
  const others = all.filter((name) => !side.includes(name));
  return side.flatMap((a) =>
    others.flatMap((b) =>
      fault.fault === 'one-way' ? [{ from: a, to: b, only }] : both(a, b, only),
    ),
  );
}

/** The links between two, in both directions. */
export function both(a: string, b: string, only: Link['only']): readonly Link[] {
  return [
    { from: a, to: b, only },
    { from: b, to: a, only },
  ];
}

/** For the timeline: what is done, and for how long. */
export function describeFault(fault: ScriptedFault): string {
  const parts = [
    fault.side === undefined ? '' : `${fault.side.join()} | the others`,
    fault.to === undefined ? '' : `to ${fault.to ?? 'whoever is best'}`,
    fault.detail ?? '',
    fault.amount === undefined ? '' : String(fault.amount),
    fault.forMs === undefined ? '' : `for ${(fault.forMs / 1000).toFixed(2)} s`,
  ];
  return [`FAULT ${fault.fault}`, ...parts.filter((part) => part !== '')].join(' ');
}
