import {
  CLOCK_RATIO,
  dataMembers,
  isJoint,
  isLeader,
  wantedAcks,
  type ClusterState,
  type Timing,
} from '@mha4rdb/core';
import { lifeOf, voterIdOf } from '@mha4rdb/kernel';
import type { Violation } from './checks.js';
import { suffices } from './core-members.js';
import type { Coverage } from './coverage.js';
import type { SimulationOptions } from './options.js';
import type { Host } from './host.js';
import type { ScriptedFault } from './fault.js';
import type { RunRecord } from './picture/record.js';
import { World, type Watching } from './world.js';

/**
 * Every data member must stream within this after healing: copies and their waits included, and the
 * ten minutes for which a server may be starting before its directory is given up (a crash between
 * a rewind and its mark on disk leaves one that never becomes consistent alone).
 */
const WHOLE_WITHIN_MS = 1_000_000;
const STEP_MS = 500;

/** What became of one run. */
export interface SimulationResult {
  readonly options: SimulationOptions;
  readonly violation: Violation | null;
  readonly fingerprint: string;
  readonly events: number;
  /** True time that passed, in milliseconds. */
  readonly simulatedMs: number;
  readonly acknowledged: number;
  readonly coverage: Coverage;
  /** The end of the timeline. */
  readonly lines: readonly string[];
  /** Each fault that came, complete: `options` with these as its script (and no others) run the same. */
  readonly injected: readonly ScriptedFault[];
  /** What was seen, when it was asked for. */
  readonly record: RunRecord | null;
}

/** One whole run: faults, healing, service, full redundancy. The same options give the same result. */
export function simulate(options: SimulationOptions, watching: Watching = {}): SimulationResult {
  const world = new World(options, watching);
  world.schedule.runUntil(options.faultyMs, () => world.afterEvent());
  if (world.goesOn) end(world);
  return {
    options,
    violation: world.checks.violation,
    fingerprint: world.trace.fingerprint(),
    events: world.schedule.count,
    simulatedMs: world.schedule.now,
    acknowledged: world.clients.reduce((sum, client) => sum + client.acknowledged, 0),
    coverage: world.coverage,
    lines: world.trace.last(200),
    injected: world.faults.injected,
    record: world.recorder.wanted
      ? world.recorder.finish(
          world.hosts.map(({ member }) => member),
          world.schedule.now,
          world.checks.newest?.events ?? [],
        )
      : null,
  };
}

/** What must come of it once nothing fails any more, or not at the core. */
function end(world: World): void {
  const { faults, options, schedule } = world;
  const began = schedule.now;
  if (options.liveness) faults.healCore();
  else faults.heal();
  waitFor(world, began + serveWithin(options.timing), () => isServing(world, began));
  if (!world.goesOn) return;
  if (!isServing(world, began)) {
    // What was on its way may have been committed after the core was drawn.
    if (options.liveness && !suffices(faults.core, world.hosts, world.checks.newest)) {
      world.coverage.count('KNOWN the evidence was outside the core after all');
      return;
    }
    world.checks.violate('a healthy majority serves', describe(world));
  }
  if (options.liveness) {
    if (faults.core.length < world.hosts.length)
      world.coverage.count('the core served while others failed');
    return;
  }
  waitFor(world, began + WHOLE_WITHIN_MS, () => isWhole(world));
  if (world.goesOn && !isWhole(world)) {
    world.checks.violate('a healed cluster becomes whole', describe(world));
  }
}

/** After healing, a new write must be acknowledged within this: elections, grants, promotion, retries. */
function serveWithin({ electionMax, grant }: Timing): number {
  return Math.max(60_000, 20 * (electionMax + CLOCK_RATIO * grant));
}

function waitFor(world: World, until: number, reached: () => boolean): void {
  while (world.goesOn && world.schedule.now < until && !reached()) {
    world.schedule.runUntil(world.schedule.now + STEP_MS, () => world.afterEvent());
  }
}

function isServing(world: World, since: number): boolean {
  return world.clients.some((client) => client.lastAckAt > since);
}

/**
 * Every other data member streams from the primary, the rule counts on as many as wanted, and who was
 * added, removed or readmitted has arrived or is gone.
 */
function isWhole(world: World): boolean {
  const state = world.checks.newest;
  if (state?.phase !== 'running' || state.primary === null || state.confirmed === null)
    return false;
  if (!isSettled(state, world.hosts)) return false;
  const primary = world.host(state.primary).database;
  const data = dataMembers(state);
  const standbys = data.filter(({ id }) => id !== state.primary);
  return (
    state.confirmed.rule.acks === wantedAcks(state.settings.durability, standbys.length) &&
    standbys.every(({ id }) => world.host(id).database?.receiver?.upstream === primary)
  );
}

/** No change of members is left to do: the wanted ones, under the lives that they have, all vote. */
function isSettled({ members }: ClusterState, hosts: readonly Host[]): boolean {
  if (members.some(({ standing }) => standing !== undefined)) return false;
  const identities = hosts
    .filter(({ member }) => members.some(({ id }) => id === member.id))
    .map(({ member, disk }) => voterIdOf(member.id, lifeOf(disk.life)));
  return hosts.some(({ agent }) => {
    const raft = agent.state?.raft;
    if (raft === undefined || !isLeader(raft)) return false;
    const { value } = raft.configuration;
    return !isJoint(value) && identities.every((id) => value.voters.includes(id));
  });
}

function describe(world: World): string {
  const { now } = world.schedule;
  const hosts = world.hosts.map(({ member, agent, database, lease }) => {
    const state = agent.state?.cluster;
    const why = agent.state?.why ?? agent.state?.member?.trouble ?? '';
    const role = database === null ? 'arbiter' : `${database.process}/${database.role}`;
    const up = database?.directory?.upstream ?? '-';
    const wal = database?.directory?.wal;
    const end = `${wal?.timeline ?? ''}:${wal?.length ?? ''}`;
    return `${member.id}[${agent.isAlive ? '' : 'dead '}${state?.phase ?? ''} epoch ${state?.epoch ?? ''} of ${state?.primary ?? 'nobody'}; ${role} up=${up} ${end} e${database?.epoch ?? ''}; ${lease.describe(now)}; ${why}]`;
  });
  return hosts.join('\n    ');
}
