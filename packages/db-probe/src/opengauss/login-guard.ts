/**
 * Keeps the agent from locking its own account. The server counts wrong passwords and forgets none
 * of them until a right one comes: after `failed_login_attempts` (10) the account is locked for
 * `password_lock_time` (a day). An agent that asks four times a second is there in three seconds.
 */
export interface LoginRefusals {
  /** How often the server refused this password in a row. */
  readonly count: number;
  /** Monotonic milliseconds of the last of them. */
  readonly at: number;
  /** The server said that the account is locked: the password may be right. */
  readonly locked: boolean;
}

/** What the server answered to a login. Anything else says nothing about the password. */
export type LoginAnswer = 'accepted' | 'wrong-password' | 'locked';

export type LoginDecision =
  | { readonly kind: 'try' }
  | { readonly kind: 'wait'; readonly leftMs: number }
  /** Only another password is tried again, or this one by a new start of the agent. */
  | { readonly kind: 'give-up' };

/** After the first and after the second refusal: somebody may be correcting the role right now. */
const WAITS_MS = [60_000, 3_600_000] as const;
/** Logging in to a locked account is not counted by the server; the lock ends by time or by hand. */
const LOCKED_WAIT_MS = 60_000;

/** So many times one password is refused at most; well below `lockedAfter` of every dialect. */
export const MAX_REFUSALS = WAITS_MS.length + 1;

/** Whether a password with these refusals is sent once more at `now`. */
export function decideLogin(refusals: LoginRefusals | undefined, now: number): LoginDecision {
  if (refusals === undefined) return { kind: 'try' };
  const wait = refusals.locked ? LOCKED_WAIT_MS : WAITS_MS[refusals.count - 1];
  if (wait === undefined) return { kind: 'give-up' };
  const leftMs = refusals.at + wait - now;
  return leftMs > 0 ? { kind: 'wait', leftMs } : { kind: 'try' };
}

/** What is known after an answer. */
export function afterLogin(
  before: LoginRefusals | undefined,
  answer: LoginAnswer,
  now: number,
): LoginRefusals | undefined {
  if (answer === 'accepted') return undefined;
  const count = before?.count ?? 0;
  if (answer === 'locked') return { count, at: now, locked: true };
  return { count: count + 1, at: now, locked: false };
}
