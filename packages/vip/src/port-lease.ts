import { addDuration, elapsed, type Duration, type Instant } from '@mha4rdb/kernel';
import type { PortTableSight } from './port-listing.js';
import type { Audience } from './port-ruleset.js';

/** What the port lease should be; `until` is the end of the grant on this node's clock. */
export type PortWish =
  | { readonly kind: 'lifted' }
  | { readonly kind: 'closed' }
  | {
      readonly kind: 'leased';
      readonly audience: Audience;
      readonly peers: readonly string[];
      readonly until: Instant;
    };

/** A lease that this process committed: the kernel ends it somewhere in between. */
export interface CommittedLease {
  readonly audience: Audience;
  /** The peers it admits; `null` when it was found, not made, and so must be made anew. */
  readonly peers: readonly string[] | null;
  readonly endsAtLeast: Instant;
  readonly endsAtMost: Instant;
}

/**
 * What the agent holds for true of the kernel's table. `unknown` until it has looked, and again
 * after every failure.
 */
export type PortBelief =
  | { readonly table: 'unknown' }
  | { readonly table: 'absent'; readonly seenAt: Instant }
  /** Something stands under our name that is not our fence. */
  | { readonly table: 'broken' }
  | { readonly table: 'standing'; readonly seenAt: Instant; readonly lease: CommittedLease | null };

export type PortStep =
  /** Nothing to do. */
  | { readonly kind: 'rest' }
  /** Read the table from the kernel. */
  | { readonly kind: 'look' }
  /** Make the table, closed. */
  | { readonly kind: 'build' }
  /** Take every permission back. */
  | { readonly kind: 'close' }
  /** Remove the table. */
  | { readonly kind: 'remove' }
  /** Put the token that `planCommit` needs; it lives `timeout` ms. */
  | { readonly kind: 'arm'; readonly timeout: Duration };

/**
 * Timeouts are multiples of this: a whole number of timer ticks at 100, 250, 300 and 1000 Hz, so the
 * kernel never rounds one up. Measured at 250 Hz: 60 ms end after 59.7 to 59.9 ms.
 */
export const TICK_MS = 20;
/**
 * Kept free before the end of the grant: the kernel's tick may come late on a stolen CPU. What is
 * not guaranteed: a CPU that is taken away for longer inside the kernel's own call.
 */
export const KERNEL_SLACK_MS = 30;
/** A renewal that would gain less is not worth its cost (0.3 ms of CPU). */
export const WORTHWHILE_GAIN_MS = 150;
/** The table is looked at again at least this often: others can flush a whole ruleset. */
export const LOOK_EVERY_MS = 1000;
/** How long the token lives, by attempt. A starved agent needs the longer ones. */
const ARMED_MS = [100, 200, 400] as const;
/** Attempts in one call; then the lease stays as it was, to run out by itself. */
export const COMMIT_ATTEMPTS = ARMED_MS.length;

function wholeTicks(milliseconds: number): Duration {
  return (Math.floor(milliseconds / TICK_MS) * TICK_MS) as Duration;
}

/**
 * The next step towards `wish`. `attempt` counts the failed commits of this call.
 *
 * A wish whose grant has ended is a wish to be closed.
 */
export function planPort(wish: PortWish, belief: PortBelief, now: Instant, attempt = 0): PortStep {
  if (belief.table === 'unknown') return { kind: 'look' };
  if (belief.table === 'broken') return { kind: wish.kind === 'lifted' ? 'remove' : 'build' };
  const stale = elapsed(belief.seenAt, now) >= LOOK_EVERY_MS;
  if (wish.kind === 'lifted') {
    if (belief.table === 'standing') return { kind: 'remove' };
    return { kind: stale ? 'look' : 'rest' };
  }
  if (belief.table === 'absent') return { kind: 'build' };
  if (stale) return { kind: 'look' };
  const { lease } = belief;
  const closing: PortStep = { kind: lease === null ? 'rest' : 'close' };
  if (wish.kind === 'closed') return closing;

  const end = addDuration(wish.until, -KERNEL_SLACK_MS);
  const left = elapsed(now, end);
  if (left <= 0) return closing;
  const tooWide = lease?.audience === 'everyone' && wish.audience === 'peers';
  const harmless = lease === null || (!tooWide && lease.endsAtMost <= wish.until);
  if (lease !== null && harmless && isAsWished(lease, wish)) {
    const reachable = addDuration(end, -ARMED_MS[0] - TICK_MS - WORTHWHILE_GAIN_MS);
    if (lease.endsAtLeast >= reachable) return { kind: 'rest' };
  }
  const wanted = ARMED_MS[Math.min(attempt, COMMIT_ATTEMPTS - 1)] ?? ARMED_MS[0];
  const timeout = wholeTicks(Math.min(wanted, left / 4));
  if (timeout > 0) return { kind: 'arm', timeout };
  // Too little is left for a lease. One that stands, and is no wider and no longer than wished, may
  // run out by itself; any other is taken back.
  return harmless ? { kind: 'rest' } : { kind: 'close' };
}

function isAsWished(lease: CommittedLease, wish: PortWish & { readonly kind: 'leased' }): boolean {
  const { peers } = lease;
  return (
    lease.audience === wish.audience &&
    peers !== null &&
    peers.length === wish.peers.length &&
    wish.peers.every((peer) => peers.includes(peer))
  );
}

/**
 * How long the lease may be, given the clock as read AFTER the token was put.
 *
 * Theorem: if the commit succeeds, the token was still alive, so the commit happened before
 * `now + armed`; the lease then ends before `now + armed + timeout ≤ until − slack`, however long the
 * process stood still between reading the clock and the call. (The same argument as protocol §5,
 * "renew only if kernelLeft + N ≤ end − now", with the token in the place of the old lease: so the
 * new lease may be as long as the grant, not half of it, and a first opening is bounded too.)
 */
export function planCommit(until: Instant, now: Instant, armed: Duration): Duration | null {
  const timeout = wholeTicks(elapsed(now, until) - KERNEL_SLACK_MS - armed);
  return timeout > 0 ? timeout : null;
}

/** What is known of the lease after a commit that succeeded. */
export function committedLease(
  wish: { readonly audience: Audience; readonly peers: readonly string[] },
  clock: { readonly beforeCommit: Instant; readonly afterCommit: Instant },
  armed: Duration,
  timeout: Duration,
): CommittedLease {
  const latest = Math.min(clock.afterCommit, clock.beforeCommit + armed);
  return {
    audience: wish.audience,
    peers: wish.peers,
    endsAtLeast: addDuration(clock.beforeCommit, timeout),
    endsAtMost: (latest + timeout) as Instant,
  };
}

/**
 * What a look at the table showed (`null`: there was none), beside what was `known`. The clock is
 * read before and after the look. Of two bounds on the same lease the lower one is taken: others may
 * have taken an element away, nobody but us adds one.
 */
export function beliefFromSight(
  sight: PortTableSight | null,
  known: PortBelief,
  clock: { readonly before: Instant; readonly after: Instant },
): PortBelief {
  const { before, after } = clock;
  if (sight === null) return { table: 'absent', seenAt: before };
  if (!sight.intact) return { table: 'broken' };
  const { openLeft, peersLeft } = sight;
  if (openLeft <= 0 && peersLeft <= 0) return { table: 'standing', seenAt: before, lease: null };
  const seen: CommittedLease = {
    audience: openLeft > 0 ? 'everyone' : 'peers',
    peers: null,
    endsAtLeast: addDuration(before, openLeft > 0 ? openLeft : peersLeft),
    endsAtMost: addDuration(after, Math.max(openLeft, peersLeft) + TICK_MS),
  };
  const own = known.table === 'standing' ? known.lease : null;
  if (own === null || own.audience !== seen.audience) {
    return { table: 'standing', seenAt: before, lease: seen };
  }
  const lease: CommittedLease = {
    ...own,
    endsAtLeast: Math.min(own.endsAtLeast, seen.endsAtLeast) as Instant,
    endsAtMost: Math.min(own.endsAtMost, seen.endsAtMost) as Instant,
  };
  return { table: 'standing', seenAt: before, lease };
}
