import { assertNever, ok, type Instant } from '@mha4rdb/kernel';
import {
  armTable,
  beliefFromSight,
  buildTable,
  closeTable,
  COMMIT_ATTEMPTS,
  commitLease,
  committedLease,
  listTable,
  parsePortTable,
  planCommit,
  planPort,
  removeTable,
  type CommittedLease,
  type PortBelief,
  type PortStep,
  type PortTableSight,
  type PortWish,
} from '@mha4rdb/vip';
import { hostErr, type HostResult } from './host-failure.js';
import type { Nftables } from './nftables.js';

/** Keeps the kernel's port lease as wished. Knows nothing of addresses. */
export interface PortFence {
  /** Brings the table to `wish`; idempotent; synchronous (one to three calls of 0.3 ms). */
  enforce(wish: PortWish): HostResult<PortBelief>;
  /** Reads the table; `null` when there is none. */
  look(): HostResult<PortTableSight | null>;
  /** How often a lease ran out while it was wished. */
  lapses(): number;
}

/** A plan never needs more steps than look, build, and three attempts of arm and look. */
const MAX_STEPS = 12;

/**
 * `now` is read again before each plan and between the token and the commit: the theorem at
 * `planCommit` depends on it.
 */
export function createPortFence(
  port: number,
  nft: Pick<Nftables, 'run'>,
  now: () => Instant,
): PortFence {
  let belief: PortBelief = { table: 'unknown' };
  let lapses = 0;

  const look = (): HostResult<PortTableSight | null> => {
    const listing = nft.run(listTable(port));
    if (listing.ok) return ok(parsePortTable(port, listing.value));
    return listing.error.code === 'nft-absent' ? ok(null) : listing;
  };

  const standing = (lease: CommittedLease | null): HostResult<PortBelief> => {
    belief = { table: 'standing', seenAt: now(), lease };
    return ok(belief);
  };

  const lookAgain = (): HostResult<PortBelief> => {
    const before = now();
    const sight = look();
    if (!sight.ok) return sight;
    belief = beliefFromSight(sight.value, belief, { before, after: now() });
    return ok(belief);
  };

  const openOrRenew = (
    wish: PortWish & { readonly kind: 'leased' },
    step: PortStep & { readonly kind: 'arm' },
  ): HostResult<PortBelief> => {
    const armed = nft.run(armTable(port, step.timeout));
    if (!armed.ok) return armed;
    const beforeCommit = now();
    const timeout = planCommit(wish.until, beforeCommit, step.timeout);
    if (timeout === null) return hostErr('nft-absent', 'the grant ended before the lease was made');
    const committed = nft.run(commitLease(port, wish.audience, wish.peers, timeout));
    if (!committed.ok) return committed;
    const clock = { beforeCommit, afterCommit: now() };
    return standing(committedLease(wish, clock, step.timeout, timeout));
  };

  const act = (wish: PortWish, step: PortStep): HostResult<PortBelief> => {
    switch (step.kind) {
      case 'rest':
        return ok(belief);
      case 'look':
        return lookAgain();
      case 'build': {
        const built = nft.run(buildTable(port));
        return built.ok ? standing(null) : built;
      }
      case 'close': {
        const closed = nft.run(closeTable(port));
        return closed.ok ? standing(null) : closed;
      }
      case 'remove': {
        const removed = nft.run(removeTable(port));
        if (!removed.ok) return removed;
        belief = { table: 'absent', seenAt: now() };
        return ok(belief);
      }
      case 'arm':
        return wish.kind === 'leased' ? openOrRenew(wish, step) : ok(belief);
      default:
        return assertNever(step, 'port step');
    }
  };

  const noteLapse = (wish: PortWish): void => {
    const lease = belief.table === 'standing' ? belief.lease : null;
    if (wish.kind === 'leased' && lease !== null && now() > lease.endsAtMost) lapses += 1;
  };

  return {
    enforce(wish) {
      noteLapse(wish);
      let attempt = 0;
      for (let steps = 0; steps < MAX_STEPS; steps += 1) {
        const step = planPort(wish, belief, now(), attempt);
        const done = act(wish, step);
        if (done.ok) {
          if (step.kind === 'rest' || step.kind === 'arm') return done;
          continue;
        }
        // The table is not what we thought, or the token expired under us: look, and try again.
        belief = { table: 'unknown' };
        if (done.error.code !== 'nft-absent') return done;
        attempt += 1;
        if (attempt > COMMIT_ATTEMPTS) break;
      }
      belief = { table: 'unknown' };
      return hostErr(
        'starved',
        `the port lease of ${port} was not brought to "${wish.kind}" in ${MAX_STEPS} steps`,
        'the process gets too little CPU, or another program removes our table: see `nft list ruleset`',
      );
    },
    look,
    lapses: () => lapses,
  };
}
