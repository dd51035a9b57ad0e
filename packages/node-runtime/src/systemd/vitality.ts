import type { Instant } from '@mha4rdb/kernel';

/** What shows that a node still does its work; all on its monotonic clock. */
export interface Vitals {
  /** The last event was carried out then. Time alone is an event, every 50 ms at least. */
  readonly steppedAt: Instant;
  /** The oldest write that the disk has not confirmed yet began then. */
  readonly writingSince: Instant | null;
}

/**
 * Whether the service manager may be told that the node is alive. A timer that fires proves that the
 * event loop turns, and nothing more: the node must have taken up events, and its disk must answer,
 * for without it no vote, no append and no renewal ever leaves. `toleranceMs` is below the interval
 * after which the manager ends the process.
 */
export function isAlive(
  { steppedAt, writingSince }: Vitals,
  now: Instant,
  toleranceMs: number,
): boolean {
  const stepped = now - steppedAt <= toleranceMs;
  const written = writingSince === null || now - writingSince <= toleranceMs;
  return stepped && written;
}
