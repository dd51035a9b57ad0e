import { addDuration, durationOf, elapsed, type Duration, type Instant } from '@mha4rdb/kernel';
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

/** The right to make one lease: an element in the kernel that opens nothing and soon ends. */
export interface LeaseToken {
  readonly endsAtLeast: Instant;
  readonly endsAtMost: Instant;
}

/** A lease that this process committed: the kernel ends it somewhere in between. */
export interface CommittedLease {
  readonly audience: Audience;
  /** The peers it admits; `null` when it was found, not made, and so must be made anew. */
  readonly peers: readonly string[] | null;
  readonly endsAtLeast: Instant;
  readonly endsAtMost: Instant;
  /** Came into being with the lease, for the next renewal. */
  readonly token: LeaseToken | null;
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
  /** Put a token that lives `timeout` ms, then commit with it. */
  | { readonly kind: 'arm'; readonly timeout: Duration }
  /** Commit with the token of the last lease. */
  | { readonly kind: 'renew'; readonly token: LeaseToken };

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
/**
 * A renewal that would gain less is not worth its cost (0.3 to 0.6 ms of CPU). With the presets that
 * is every second heartbeat, and the lease never ends before the holder fences itself at `end − A`.
 */
export const WORTHWHILE_GAIN_MS = { short: 150, long: 300 } as const;
/** Grants from this length on are long. */
const LONG_GRANT_MS = 1500;
/**
 * The table is looked at again at least this often, since others can flush a whole ruleset. While a
 * lease is renewed, each renewal notices a missing table by itself.
 */
export const LOOK_EVERY_MS = { lifted: 5000, closed: 1000, leased: 3000 } as const;
/**
 * The token that a commit leaves for the next one: a little longer than until the next worthwhile
 * renewal at the presets' heartbeats, so that a renewal is one transaction. Slower heartbeats put a
 * token first, in a second transaction.
 */
const NEXT_TOKEN_MS = { short: 400, long: 700 } as const;
/** Of a token that still lives this long, a new one is put: it would make the lease shorter by it. */
const TOKEN_TOO_LONG_MS = 300;
/** A token is used only while it lives this much longer, so that the commit comes in time. */
const TOKEN_MARGIN_MS = 60;
/** How long a token that was put lives, by attempt. A starved agent needs the longer ones. */
const ARMED_MS = [100, 200, 400] as const;
/** Attempts in one call; then the lease stays as it was, to run out by itself. */
export const COMMIT_ATTEMPTS = ARMED_MS.length;

function lengthOf(left: number): 'short' | 'long' {
  return left < LONG_GRANT_MS ? 'short' : 'long';
}

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
  const stale = elapsed(belief.seenAt, now) >= LOOK_EVERY_MS[wish.kind];
  if (wish.kind === 'lifted') {
    if (belief.table === 'standing') return { kind: 'remove' };
    return { kind: stale ? 'look' : 'rest' };
  }
  if (belief.table === 'absent') return { kind: 'build' };
  if (stale) return { kind: 'look' };
  if (wish.kind === 'leased') return planLease(wish, belief.lease, now, attempt);
  return { kind: belief.lease === null ? 'rest' : 'close' };
}

type LeaseWish = PortWish & { readonly kind: 'leased' };

function planLease(
  wish: LeaseWish,
  lease: CommittedLease | null,
  now: Instant,
  attempt: number,
): PortStep {
  const left = elapsed(now, wish.until) - KERNEL_SLACK_MS;
  if (left <= 0) return { kind: lease === null ? 'rest' : 'close' };
  const tooWide = lease?.audience === 'everyone' && wish.audience === 'peers';
  const harmless = lease === null || (!tooWide && lease.endsAtMost <= wish.until);
  const { step, timeout } = bestStep(wish, lease?.token ?? null, now, attempt);
  if (lease !== null && harmless && isAsWished(lease, wish)) {
    const gain = elapsed(lease.endsAtLeast, addDuration(now, timeout));
    if (gain < WORTHWHILE_GAIN_MS[lengthOf(left)]) return { kind: 'rest' };
  }
  if (timeout > 0) return step;
  // Too little is left for a lease. One that stands, and is no wider and no longer than wished, may
  // run out by itself; any other is taken back.
  return { kind: harmless ? 'rest' : 'close' };
}

/** The step that makes a lease, and about how long that lease would be. */
function bestStep(
  wish: LeaseWish,
  token: LeaseToken | null,
  now: Instant,
  attempt: number,
): { readonly step: PortStep; readonly timeout: number } {
  const tokenLives = token !== null && elapsed(now, token.endsAtLeast) >= TOKEN_MARGIN_MS;
  if (tokenLives && elapsed(now, token.endsAtMost) <= TOKEN_TOO_LONG_MS) {
    const timeout = planCommit(wish.until, token.endsAtMost);
    if (timeout !== null) return { step: { kind: 'renew', token }, timeout };
  }
  const longest = ARMED_MS[Math.min(attempt, COMMIT_ATTEMPTS - 1)] ?? ARMED_MS[0];
  const left = elapsed(now, wish.until) - KERNEL_SLACK_MS;
  const armed = wholeTicks(Math.min(longest, left / 4));
  const timeout = planCommit(wish.until, addDuration(now, armed)) ?? 0;
  return { step: { kind: 'arm', timeout: armed }, timeout: armed > 0 ? timeout : 0 };
}

function isAsWished(lease: CommittedLease, wish: LeaseWish): boolean {
  const { peers } = lease;
  return (
    lease.audience === wish.audience &&
    peers !== null &&
    peers.length === wish.peers.length &&
    wish.peers.every((peer) => peers.includes(peer))
  );
}

/** The token that was put before this look at the clock. */
export function armedToken(
  clock: { readonly beforeArm: Instant; readonly afterArm: Instant },
  armed: Duration,
): LeaseToken {
  return {
    endsAtLeast: addDuration(clock.beforeArm, armed),
    endsAtMost: addDuration(clock.afterArm, armed),
  };
}

/**
 * How long a lease may be that is committed with a token; `null` when there is no room for one.
 *
 * Theorem: a commit takes the token in the same transaction, and fails when it has ended. So one
 * that succeeds happened before `tokenEndsAtMost`, and its lease ends before `tokenEndsAtMost +
 * timeout ≤ until − slack`, however long the process stood still before the call. (The argument of
 * protocol §5, "renew only if kernelLeft + N ≤ end − now", with the token in the place of the old
 * lease: so a lease may be nearly as long as the grant, not half of it, and a first opening is
 * bounded like a renewal.)
 */
export function planCommit(until: Instant, tokenEndsAtMost: Instant): Duration | null {
  const timeout = wholeTicks(elapsed(tokenEndsAtMost, until) - KERNEL_SLACK_MS);
  return timeout > 0 ? timeout : null;
}

/** How long the token that this commit leaves shall live. */
export function nextToken(until: Instant, now: Instant): Duration {
  return durationOf(NEXT_TOKEN_MS[lengthOf(elapsed(now, until))]);
}

/** What is known of the lease after a commit that succeeded. */
export function committedLease(
  wish: { readonly audience: Audience; readonly peers: readonly string[] },
  clock: { readonly beforeCommit: Instant; readonly afterCommit: Instant },
  used: LeaseToken,
  timeouts: { readonly lease: Duration; readonly token: Duration },
): CommittedLease {
  const latest = Math.min(clock.afterCommit, used.endsAtMost) as Instant;
  return {
    audience: wish.audience,
    peers: wish.peers,
    endsAtLeast: addDuration(clock.beforeCommit, timeouts.lease),
    endsAtMost: addDuration(latest, timeouts.lease),
    token: {
      endsAtLeast: addDuration(clock.beforeCommit, timeouts.token),
      endsAtMost: addDuration(latest, timeouts.token),
    },
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
    token: null,
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
