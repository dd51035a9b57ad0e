import type { Instant } from '@mha4rdb/kernel';

/** What the `status` command of a VIP's driver said last; `unknown` after anything that may have changed it. */
export type HookSight = 'held' | 'absent' | 'unknown';

export type HookStep = 'acquire' | 'release' | 'status' | 'rest';

export interface HookBelief {
  readonly sight: HookSight;
  /** When `status` last answered; null before the first answer. */
  readonly lookedAt: Instant | null;
  /** When a command last failed; null when the last one did not. */
  readonly failedAt: Instant | null;
}

/** Nothing is known of what a former life left. */
export const HOOK_UNKNOWN: HookBelief = { sight: 'unknown', lookedAt: null, failedAt: null };

/** Somebody else may move the address: it is looked at this often. */
export const HOOK_LOOK_MS = 5000;
/** A cloud that refuses is not asked in a tight loop. */
export const HOOK_RETRY_MS = 1000;

/**
 * The next command for an address that commands move. Level-triggered: what is seen is compared with
 * what is wanted, so that a command that was killed, or failed halfway, is followed by a look and not by
 * a guess. `until` is the end of the grant under which the address may be here; null when it may not.
 * A release is never run on a guess: a command that takes the address from whoever has it would hit the
 * new primary.
 */
export function planHook(belief: HookBelief, until: Instant | null, now: Instant): HookStep {
  const { sight, lookedAt, failedAt } = belief;
  if (failedAt !== null && now - failedAt < HOOK_RETRY_MS) return 'rest';
  if (sight === 'unknown') return 'status';
  const isWanted = until !== null && now < until;
  if (isWanted && sight === 'absent') return 'acquire';
  if (!isWanted && sight === 'held') return 'release';
  return lookedAt === null || now - lookedAt >= HOOK_LOOK_MS ? 'status' : 'rest';
}

/** How long a command may run: an acquisition ends with the grant that it is for. */
export function hookDeadlineMs(
  step: HookStep,
  timeoutMs: number,
  until: Instant | null,
  now: Instant,
): number {
  if (step !== 'acquire' || until === null) return timeoutMs;
  return Math.max(0, Math.min(timeoutMs, until - now));
}

/** What is believed after a command; `status` exits 0 where the address is here, and 1 where it is not. */
export function afterHook(
  step: Exclude<HookStep, 'rest'>,
  exitCode: number | null,
  now: Instant,
): HookBelief {
  if (step !== 'status') {
    return { sight: 'unknown', lookedAt: null, failedAt: exitCode === 0 ? null : now };
  }
  if (exitCode === 0) return { sight: 'held', lookedAt: now, failedAt: null };
  if (exitCode === 1) return { sight: 'absent', lookedAt: now, failedAt: null };
  return { sight: 'unknown', lookedAt: null, failedAt: now };
}
