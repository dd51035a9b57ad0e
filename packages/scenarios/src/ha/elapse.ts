import { ScriptError } from '../script/directive.js';
import { endAction, look, take, tellLease } from './agent.js';
import { checkSafety } from './safety.js';
import { stream } from './streaming.js';
import { say, type HaWorld } from './world.js';

export const STEP_MS = 50;
const EVENTS = 50_000;

/** Everything that follows at this moment: writes, messages, and what they cause. */
export function settle(world: HaWorld): void {
  for (let count = 0; world.queue.length > 0; count++) {
    if (count > EVENTS) throw new ScriptError('the members do not come to rest', world.line);
    world.queue.shift()?.();
  }
  stream(world);
  checkSafety(world);
}

/** Time passes in steps; `stop` ends it early. */
export function elapse(world: HaWorld, milliseconds: number, stop = (): boolean => false): boolean {
  const end = world.time + milliseconds;
  while (world.time < end) {
    world.time += STEP_MS;
    for (const host of world.hosts.values()) {
      if (host.asleep) {
        host.clock.offset -= host.clock.rate * STEP_MS;
        continue;
      }
      tellLease(world, host);
      if (host.node === null || host.frozen) continue;
      const { action } = host;
      if (action !== null && action.at < world.time && !host.holds.has(action.action.kind)) {
        endAction(world, host);
      }
      take(world, host, { type: 'tick' });
      if (world.time % world.timing.heartbeat < STEP_MS) look(world, host);
    }
    settle(world);
    if (stop()) return true;
  }
  return false;
}

/** Runs until a member is open to clients. */
export function elapseUntilOpen(world: HaWorld, milliseconds: number): void {
  const open = (): boolean =>
    [...world.hosts.values()].some(({ toldLease }) => toldLease.startsWith('open'));
  if (!elapse(world, milliseconds, open)) say(world, 'nobody is open');
}
