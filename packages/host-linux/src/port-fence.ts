import type { Instant } from '@mha4rdb/kernel';
import {
  COMMIT_ATTEMPTS,
  planPort,
  type PortBelief,
  type PortTableSight,
  type PortWish,
} from '@mha4rdb/vip';
import { hostErr, type HostResult } from './host-failure.js';
import type { PortKernel } from './port-kernel.js';
import { actOnTable, type PortTable } from './port-table.js';

/** Keeps the kernel's port lease as wished. Knows nothing of addresses. */
export interface PortFence {
  /** Brings the table to `wish`; idempotent; synchronous (at most a few calls of 0.3 ms). */
  readonly enforce: (wish: PortWish) => HostResult<PortBelief>;
  /** Reads the table; `null` when there is none. */
  readonly look: () => HostResult<PortTableSight | null>;
  /** How often a lease ran out while it was wished. */
  readonly lapses: () => number;
}

/** A plan never needs more steps than look, build, and three attempts of arm and look. */
const MAX_STEPS = 12;

export function createPortFence(port: number, kernel: PortKernel, now: () => Instant): PortFence {
  const table: PortTable = { kernel, now };
  let belief: PortBelief = { table: 'unknown' };
  let lapses = 0;

  const noteLapse = (wish: PortWish): void => {
    const lease = belief.table === 'standing' ? belief.lease : null;
    if (wish.kind === 'leased' && lease !== null && now() > lease.endsAtMost) lapses += 1;
  };

  const enforce = (wish: PortWish): HostResult<PortBelief> => {
    noteLapse(wish);
    let failedCommits = 0;
    for (let steps = 0; steps < MAX_STEPS && failedCommits <= COMMIT_ATTEMPTS; steps += 1) {
      const step = planPort(wish, belief, now(), failedCommits);
      const done = actOnTable(table, wish, belief, step);
      if (done.ok) {
        belief = done.value;
        if (step.kind === 'rest' || step.kind === 'arm' || step.kind === 'renew') return done;
        continue;
      }
      // The table is not what we thought, or the token expired under us: look, and try again.
      belief = { table: 'unknown' };
      if (done.error.code !== 'nft-absent') return done;
      failedCommits += 1;
    }
    belief = { table: 'unknown' };
    return hostErr(
      'starved',
      `the port lease of ${port} could not be brought to "${wish.kind}"`,
      'the agent gets too little CPU, or another program removes our table: see `nft list ruleset`',
    );
  };

  return { enforce, look: kernel.look, lapses: () => lapses };
}
