import type { NodeId } from '@mha4rdb/kernel';
import { ScriptError } from '../script/directive.js';
import type { Matches } from './pattern.js';
import { deliver, feed, pass, persist, type Host, type Line, type RaftWorld } from './world.js';

const ROUNDS = 300;

/**
 * Writes become durable and messages arrive, oldest first, until nothing moves. Only among `nodes`;
 * what `loses` names is lost on the way.
 */
export function stabilize(
  world: RaftWorld,
  nodes: readonly string[] = [],
  loses: Matches = () => false,
): readonly Line[] {
  const lines: Line[] = [];
  const among = (id: NodeId): boolean => nodes.length === 0 || nodes.includes(id);
  for (let round = 0; round < ROUNDS; round++) {
    const before = lines.length;
    for (const host of hostsOf(world)) {
      if (among(host.id) && !host.hung) lines.push(...persist(world, host));
    }
    const due = world.net.filter(({ from, to }) => among(from) && among(to));
    world.net = world.net.filter((message) => !due.includes(message));
    for (const message of due) if (!loses(message)) lines.push(...deliver(world, message));
    if (lines.length === before && due.length === 0) return lines;
  }
  throw new ScriptError('the nodes do not come to rest', world.line);
}

/** Time passes in steps of ten milliseconds; `nodes` look at their clocks, all messages arrive. */
export function elapse(
  world: RaftWorld,
  milliseconds: number,
  nodes: readonly string[],
): readonly Line[] {
  const lines: Line[] = [];
  for (let left = milliseconds; left > 0; left -= 10) {
    pass(world, Math.min(10, left));
    for (const host of hostsOf(world)) {
      const ticks = nodes.length === 0 || nodes.includes(host.id);
      if (ticks && host.state !== null) lines.push(...feed(world, host, { kind: 'tick' }).lines);
    }
    lines.push(...stabilize(world));
  }
  return lines;
}

export function hostsOf(world: RaftWorld): readonly Host[] {
  return [...world.hosts.values()];
}
