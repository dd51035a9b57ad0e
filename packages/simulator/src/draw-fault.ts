import { CLOCK_RATE_ERROR, isLeader } from '@mha4rdb/core';
import type { SeededRandom } from '@mha4rdb/kernel';
import { DRAWN_APART, FAULT_ROLES, type FaultKind, type ScriptedFault } from './fault.js';
import type { Host } from './host.js';
import type { World } from './world.js';

/** Lengths of what lasts, in milliseconds: at least and at most. */
const LASTS: Readonly<Partial<Record<FaultKind, readonly [number, number]>>> = {
  'agent-freeze': [50, 8000],
  'database-freeze': [50, 8000],
  'power-loss': [500, 20_000],
  'vm-pause': [20, 12_000],
  suspend: [500, 20_000],
  partition: [200, 15_000],
  'one-way': [200, 15_000],
  'client-cut': [200, 15_000],
  'stream-cut': [200, 15_000],
  'agent-cut': [200, 15_000],
  'slow-disk': [500, 8000],
  'raft-disk-full': [500, 10_000],
  'raft-disk-error': [10, 6000],
  'slow-database-disk': [500, 8000],
  'database-disk-full': [500, 15_000],
  'database-disk-error': [10, 6000],
};

/** People remove what is broken: so often it is one that is away, where there is one. */
const REMOVES_AWAY = 0.7;

/** Those that ever were members, included. */
const MOST_HOSTS = 9;

/** Fills in what a fault leaves open. One that hits all hosts becomes one for each. */
export function completeFault(
  given: ScriptedFault,
  world: World,
  random: SeededRandom,
  candidates: readonly Host[] = world.hosts,
): readonly ScriptedFault[] {
  if (given.fault === 'all-power-loss') {
    return candidates.map(({ member }) => ({
      ...given,
      fault: 'power-loss',
      member: member.id,
      forMs: given.forMs ?? random.integer(500, 20_000),
    }));
  }
  if (given.fault === 'member-add') return addition(given, world, random);
  // Of a run that was shortened: the member that is meant was never added.
  if (isNobody(given.member, world)) return [];
  const host = chooseHost(
    given.member,
    world,
    random,
    among(given.fault, world, random, candidates),
  );
  const range = LASTS[given.fault];
  return [
    {
      ...given,
      member: host.member.id,
      ...(range === undefined ? {} : { forMs: given.forMs ?? random.integer(...range) }),
      ...details(given, host, random, candidates),
    },
  ];
}

/**
 * A new member under an id that was never used. Not before there is a cluster to join: its list would be
 * longer than that of the founders, which would not count it among them.
 */
function addition(
  given: ScriptedFault,
  world: World,
  random: SeededRandom,
): readonly ScriptedFault[] {
  const formed = world.checks.newest !== null && world.checks.newest.phase !== 'forming';
  if (!formed || world.hosts.length >= MOST_HOSTS) return [];
  const detail = given.detail ?? random.pick(['data', 'data', 'arbiter']);
  const member = given.member ?? `${detail === 'data' ? 'n' : 'a'}${world.hosts.length + 1}`;
  return [{ ...given, member, detail }];
}

/** Those that are members now, for what happens to members alone. */
function among(
  fault: FaultKind,
  world: World,
  random: SeededRandom,
  candidates: readonly Host[],
): readonly Host[] {
  if (!DRAWN_APART.includes(fault)) return candidates;
  const listed = world.checks.newest?.members ?? world.founding.members;
  const members = candidates.filter(({ member }) => listed.some(({ id }) => id === member.id));
  if (fault !== 'member-remove' || !random.chance(REMOVES_AWAY)) return members;
  const away = members.filter(({ agent }) => !agent.isAlive || agent.frozen);
  return away.length > 0 ? away : members;
}

function isNobody(wanted: string | undefined, world: World): boolean {
  if (wanted === undefined || FAULT_ROLES.some((role) => role === wanted)) return false;
  return world.hosts.every(({ member }) => member.id !== wanted);
}

function details(
  given: ScriptedFault,
  host: Host,
  random: SeededRandom,
  candidates: readonly Host[],
): Partial<ScriptedFault> {
  const { id } = host.member;
  // A role on the side means the member that the fault chose for that role.
  const resolved = (name: string): string => (name === given.member ? id : name);
  switch (given.fault) {
    case 'partition':
    case 'one-way':
    case 'stream-cut':
    case 'agent-cut':
      return { side: given.side?.map(resolved) ?? drawSide(host, random, candidates) };
    case 'clock-rate': {
      const extreme = random.pick([-1, 1, random.next() * 2 - 1]);
      return { amount: given.amount ?? 1 + extreme * CLOCK_RATE_ERROR };
    }
    case 'wall-jump':
      return { amount: given.amount ?? random.pick([-3_600_000, -700, 700, 86_400_000]) };
    case 'switchover':
      return {
        to: given.to === undefined ? (random.chance(0.5) ? null : id) : given.to,
      };
    case 'failover':
      return { to: given.to ?? null };
    case 'accepted-loss': {
      const anybody = random.chance(0.5) || host.database === null;
      return { to: given.to === undefined ? (anybody ? null : id) : given.to };
    }
    case 'pause':
      return { detail: given.detail ?? (random.chance(0.4) ? 'pause' : 'resume') };
    case 'maintenance':
      return { detail: given.detail ?? (random.chance(0.5) ? 'on' : 'off') };
    case 'work-order':
      return { detail: given.detail ?? random.pick(['all', 'one', 'in-place', 'copy']) };
    case 'raft-loss':
      return { detail: given.detail ?? random.pick(['raft', 'all']) };
    case 'agent-restart':
      return { detail: given.detail ?? random.pick(['handover', 'keep', 'keep', 'immediate']) };
    default:
      return {};
  }
}

function drawSide(
  host: Host,
  random: SeededRandom,
  candidates: readonly Host[],
): readonly string[] {
  const ids = candidates.map(({ member }) => member.id);
  const lone = random.chance(0.6);
  const side = new Set<string>(lone ? [host.member.id] : ids.filter(() => random.chance(0.5)));
  if (random.chance(0.5)) side.add('client');
  return [...side];
}

/** The primary's host is hit more often than its share. */
function chooseHost(
  wanted: string | undefined,
  world: World,
  random: SeededRandom,
  candidates: readonly Host[],
): Host {
  const primary = world.checks.newest?.primary ?? null;
  const among = candidates.filter((host) => matches(host, wanted, primary));
  const old = among.find(({ member }) => member.id === primary);
  if (old !== undefined && random.chance(0.4)) return old;
  return random.pick(among.length > 0 ? among : candidates);
}

function matches(host: Host, wanted: string | undefined, primary: string | null): boolean {
  const { member, agent } = host;
  switch (wanted) {
    case undefined:
      return true;
    case 'primary':
      return member.id === primary;
    case 'standby':
      return member.role === 'data' && member.id !== primary;
    case 'arbiter':
      return member.role === 'arbiter';
    case 'coordinator':
      return agent.state !== null && isLeader(agent.state.raft);
    default:
      return member.id === wanted;
  }
}
