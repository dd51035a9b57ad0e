import { assertNever, ok, type Duration, type Instant } from '@mha4rdb/kernel';
import {
  armedToken,
  beliefFromSight,
  committedLease,
  nextToken,
  planCommit,
  type CommittedLease,
  type LeaseToken,
  type PortBelief,
  type PortStep,
  type PortWish,
} from '@mha4rdb/vip';
import { hostErr, type HostResult } from './host-failure.js';
import type { PortKernel } from './port-kernel.js';

type LeaseWish = PortWish & { readonly kind: 'leased' };

/** Our table in the kernel, and the clock that everything about it is measured by. */
export interface PortTable {
  readonly kernel: PortKernel;
  readonly now: () => Instant;
}

/** Carries out one step; answers what is true of the table afterwards. */
export function actOnTable(
  table: PortTable,
  wish: PortWish,
  belief: PortBelief,
  step: PortStep,
): HostResult<PortBelief> {
  const { kernel, now } = table;
  switch (step.kind) {
    case 'rest':
      return ok(belief);
    case 'look': {
      const before = now();
      const sight = kernel.look();
      if (!sight.ok) return sight;
      return ok(beliefFromSight(sight.value, belief, { before, after: now() }));
    }
    case 'build': {
      const built = kernel.build();
      return built.ok ? ok({ table: 'standing', seenAt: now(), lease: null }) : built;
    }
    case 'close': {
      const closed = kernel.close();
      return closed.ok ? ok(standing(belief, null)) : closed;
    }
    case 'remove': {
      const removed = kernel.remove();
      return removed.ok ? ok({ table: 'absent', seenAt: now() }) : removed;
    }
    case 'arm':
      return wish.kind === 'leased' ? open(table, wish, belief, step.timeout) : ok(belief);
    case 'renew':
      return wish.kind === 'leased' ? commit(table, wish, belief, step.token) : ok(belief);
    default:
      return assertNever(step, 'port step');
  }
}

function open(
  table: PortTable,
  wish: LeaseWish,
  belief: PortBelief,
  armed: Duration,
): HostResult<PortBelief> {
  const beforeArm = table.now();
  const put = table.kernel.arm(armed);
  if (!put.ok) return put;
  return commit(table, wish, belief, armedToken({ beforeArm, afterArm: table.now() }, armed));
}

/** A commit that comes after the token's end is refused by the kernel: see `planCommit`. */
function commit(
  table: PortTable,
  wish: LeaseWish,
  belief: PortBelief,
  token: LeaseToken,
): HostResult<PortBelief> {
  const { kernel, now } = table;
  const timeout = planCommit(wish.until, token.endsAtMost);
  if (timeout === null) return hostErr('nft-absent', 'the grant ended before the lease was made');
  const beforeCommit = now();
  const timeouts = { lease: timeout, token: nextToken(wish.until, beforeCommit) };
  const committed = kernel.lease(wish, timeouts);
  if (!committed.ok) return committed;
  const clock = { beforeCommit, afterCommit: now() };
  return ok(standing(belief, committedLease(wish, clock, token, timeouts)));
}

/** Only a look shows that the rules are whole, so only a look counts as seeing. */
function standing(before: PortBelief, lease: CommittedLease | null): PortBelief {
  return before.table === 'standing' ? { ...before, lease } : { table: 'unknown' };
}
