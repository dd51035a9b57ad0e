import { implies, type MemberAction } from '@mha4rdb/core';
import { ScriptError } from '../script/directive.js';
import { isOpen } from './lease.js';
import { clockOf, newestState, type HaWorld, type Host } from './world.js';

/** I2: what is promoted has everything that was ever acknowledged. */
export function afterAction(world: HaWorld, host: Host, action: MemberAction): void {
  if (action.kind !== 'promote' || world.allowed.has('loss')) return;
  const lost = world.acknowledged.filter((record) => host.database?.log.includes(record) !== true);
  demand(
    world,
    lost.length === 0,
    `I2: ${host.id} was promoted without ${lost.map(({ text }) => text).join(' ')}`,
  );
}

/** I1, and what the database enforces implies what is recorded (protocol §10). */
export function checkSafety(world: HaWorld): void {
  const open = [...world.hosts.values()].filter(
    (host) => host.database?.role === 'primary' && isOpen(host.lease, clockOf(world, host)),
  );
  demand(
    world,
    open.length <= 1 || world.allowed.has('two-open'),
    `I1: ${open.map(({ id }) => id).join(' and ')} are open`,
  );
  const { confirmed, phase, primary } = newestState(world);
  if (phase !== 'running' || confirmed === null || primary === null) return;
  const database = world.hosts.get(primary)?.database;
  if (database?.process !== 'running' || database.role !== 'primary') return;
  demand(
    world,
    implies(database.rule, confirmed.rule),
    `protocol §6: ${primary} enforces less than what is recorded`,
  );
}

function demand(world: HaWorld, holds: boolean, text: string): void {
  if (!holds) throw new ScriptError(`${text}\n${world.lines.splice(0).join('\n')}`, world.line);
}
