import type { ClusterState, NodeEvent } from '@mha4rdb/core';
import type { World } from './world.js';

export type Request = Extract<NodeEvent, { type: 'operator' }>['request'];

const TRIES = 4;
const TRY_AGAIN_MS = 1500;

/** Every agent is asked; whoever coordinates takes it up. */
export function ask(world: World, make: (id: string) => Request): void {
  const request = make(`op-${world.nextOperation()}`);
  for (const { agent } of world.hosts) {
    agent.take((now, wall) => ({ type: 'operator', now, wall, request }));
  }
}

/** As a patient operator: asks again a few times while it is not so. */
export function askUntil(
  world: World,
  isSo: (state: ClusterState) => boolean,
  make: (id: string) => Request,
): void {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    world.schedule.after(attempt * TRY_AGAIN_MS, () => {
      const state = world.checks.newest;
      if (state === null || !isSo(state)) ask(world, make);
    });
  }
}

/** As an operator who is done with his work: nothing is paused, and nobody aside, any more. */
export function endWork(world: World): void {
  const state = world.checks.newest;
  if (state === null) return;
  if (state.paused) ask(world, (id) => ({ kind: 'resume', id }));
  for (const { id: member, maintenance } of state.members) {
    if (maintenance === true) ask(world, (id) => ({ kind: 'maintenance', id, member, on: false }));
  }
}
