import { invariant } from './invariant.js';

/**
 * A moment on ONE node's monotonic clock, in milliseconds with fractions. Comparing the instants of
 * two nodes is meaningless: nothing that crosses the network may be subtracted from a local one.
 */
export type Instant = number & { readonly __brand: 'Instant' };
/** A length of time in milliseconds. */
export type Duration = number & { readonly __brand: 'Duration' };

export function instantOf(milliseconds: number): Instant {
  // Called for each event: the words are made only when they are needed.
  if (!Number.isFinite(milliseconds)) invariant(false, 'time', `${milliseconds} is not an instant`);
  return milliseconds as Instant;
}

export function durationOf(milliseconds: number): Duration {
  invariant(
    Number.isFinite(milliseconds) && milliseconds >= 0,
    'time',
    `${milliseconds} is not a duration`,
  );
  return milliseconds as Duration;
}

export function addDuration(instant: Instant, milliseconds: number): Instant {
  return (instant + milliseconds) as Instant;
}

/** Milliseconds from `since` to `now`; negative when `since` is still to come. */
export function elapsed(since: Instant, now: Instant): number {
  return now - since;
}

export function isAtOrAfter(now: Instant, moment: Instant): boolean {
  return now >= moment;
}

export function laterOf(a: Instant, b: Instant): Instant {
  return a >= b ? a : b;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Reads `250ms`, `1.5s`, `2m`, `1h`; answers `undefined` for everything else. */
export function parseDuration(text: string): Duration | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim());
  const unit = match?.[2] === undefined ? undefined : UNITS[match[2]];
  return match?.[1] === undefined || unit === undefined
    ? undefined
    : durationOf(Number(match[1]) * unit);
}
