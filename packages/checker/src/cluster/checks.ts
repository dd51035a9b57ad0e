import type { ClusterState } from '@mha4rdb/core';
import type { NodeId, SynchronousRule } from '@mha4rdb/kernel';
import type { Vector } from '../exploration/model.js';
import { epochOfLog } from './database.js';
import type { World } from './world.js';

/** Protocol §10, of one state. Null when all holds. */
export function clusterViolation(world: World, state: Vector, clocksKept: boolean): string | null {
  const { layout, ids } = world;
  const replicated = world.logs.get(state[layout.log] ?? 0).state;
  if (clocksKept) {
    const open = ids.filter((_, place) => answers(world, state, place));
    if (open.length > 1) return `OnePrimary: ${open.join(' and ')} both let clients in`;
  }
  return missingWrite(world, state, replicated) ?? weakerRule(world, state, replicated);
}

/** Lets clients in, and could take their writes. */
export function answers(world: World, state: Vector, place: number): boolean {
  const database = world.database(state, place);
  const primary = database.running && database.role === 'primary';
  if (!world.code.gate) return primary;
  return primary && database.admits === 'all' && world.has(state, world.layout.open, place);
}

/** No acknowledged or visible write is missing from an appointed primary. */
function missingWrite(world: World, state: Vector, replicated: ClusterState): string | null {
  const { phase, primary } = replicated;
  if ((phase !== 'appointed' && phase !== 'running') || primary === null) return null;
  const { layout, ids } = world;
  const database = state[layout.databases + ids.indexOf(primary)] ?? 0;
  const missing = (state[layout.seen] ?? 0) & ~world.writes(database).writes;
  if (missing === 0) return null;
  const write = 31 - Math.clz32(missing);
  return `NoWriteIsLost: ${primary}, ${phase} in epoch ${replicated.epoch}, lacks write ${write}, which was acknowledged or seen`;
}

/** What the confirmed primary's server enforces implies what is recorded. */
function weakerRule(world: World, state: Vector, replicated: ClusterState): string | null {
  const { phase, confirmed } = replicated;
  if (phase !== 'running' || confirmed === null) return null;
  const { running, role, wal, effective } = world.database(
    state,
    world.ids.indexOf(confirmed.primary),
  );
  if (!running || role !== 'primary' || epochOfLog(wal) !== confirmed.epoch) return null;
  const acknowledged = subsets(effective.standbys, effective.acks);
  if (acknowledged.every((by) => isSatisfied(confirmed.rule, by))) return null;
  return `EnforcedImpliesRecorded: ${confirmed.primary} enforces ${ruleText(effective)}, recorded is ${ruleText(confirmed.rule)}`;
}

/** The smallest sets of standbys whose answers acknowledge a commit; not by the code under test. */
function subsets(standbys: readonly NodeId[], size: number): readonly (readonly NodeId[])[] {
  if (size === 0) return [[]];
  return standbys.flatMap((id, place) =>
    subsets(standbys.slice(place + 1), size - 1).map((rest) => [id, ...rest]),
  );
}

function isSatisfied({ standbys, acks }: SynchronousRule, by: readonly NodeId[]): boolean {
  return by.filter((id) => standbys.includes(id)).length >= acks;
}

export function ruleText({ standbys, acks }: SynchronousRule): string {
  return `${acks} of {${standbys.join(', ')}}`;
}
