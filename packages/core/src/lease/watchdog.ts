import { err, ok, type Instant, type Result } from '@mha4rdb/kernel';
import { CLOCK_RATIO, type Timing } from './timing.js';

/** What the agent does with the device that resets the host when nobody pets it. */
export type WatchdogStep =
  /** Start it: the port may not open before it runs. */
  | 'arm'
  | 'pet'
  /** It runs, and may not be given more time: either a renewal comes, or it resets the host. */
  | 'let-run'
  | 'disarm'
  | 'rest';

/**
 * Rule I-3 (reference A2.5; `pet iff the grant is valid` and `pet iff now + T ≤ E` both let the host act
 * past its grant, A2.6): a pet is decided on only if `left + R·T ≤ E − now`. A pause between the decision
 * and the pet is at most `left` long, since the device fires then; the pet adds T. `until` is the end of
 * the grant under which clients pass, null when none do and the kernel has shown that it is so.
 * `firesAt`: not later than this the device fires, on this node's clock; null when it does not run.
 */
export function planWatchdog(situation: {
  readonly until: Instant | null;
  readonly firesAt: Instant | null;
  readonly timeoutMs: number;
  readonly now: Instant;
}): WatchdogStep {
  const { until, firesAt, timeoutMs, now } = situation;
  if (until === null) return firesAt === null ? 'rest' : 'disarm';
  const left = firesAt === null ? 0 : Math.max(0, firesAt - now);
  const mayHaveMore = left + CLOCK_RATIO * timeoutMs <= until - now;
  if (firesAt === null) return mayHaveMore ? 'arm' : 'rest';
  return mayHaveMore ? 'pet' : 'let-run';
}

/** Looked at AFTER arming, since that may have been held up: it fires before the grant ends. */
export function isGuarded(firesAt: Instant | null, until: Instant): boolean {
  return firesAt !== null && firesAt <= until;
}

/** Not later than this a device fires that was given `timeoutMs` before `now`. */
export function firesNotAfter(now: Instant, timeoutMs: number): Instant {
  return (now + CLOCK_RATIO * timeoutMs) as Instant;
}

/**
 * Whether a watchdog of this length goes with this timing; the failure names what does not hold. Each
 * inequality keeps the device from resetting a host on which nothing is wrong.
 */
export function fitWatchdog(
  timing: Timing,
  timeoutMs: number,
): Result<void, 'violated-inequality'> {
  const { grant, margin, heartbeat, loopGap, commit } = timing;
  const violated = [
    // I-4: after a renewal that came in time the next pet is allowed, however fresh the last one is.
    {
      name: '2·R·timeout + commit ≤ grant',
      left: 2 * CLOCK_RATIO * timeoutMs + commit,
      right: grant,
    },
    // I-5: without renewals it fires at most R·timeout before the end: the fence must be up by then.
    {
      name: 'R·timeout + loopGap ≤ margin',
      left: CLOCK_RATIO * timeoutMs + loopGap,
      right: margin,
    },
    // It is petted once each heartbeat, and the loop may be away for so long unnoticed.
    { name: 'heartbeat + loopGap ≤ timeout', left: heartbeat + loopGap, right: timeoutMs },
  ].filter(({ left, right }) => left > right);
  if (violated.length === 0) return ok(undefined);
  const told = violated.map(
    ({ name, left, right }) => `${name} (${Math.ceil(left)} ms against ${right} ms)`,
  );
  return err(
    'violated-inequality',
    `a watchdog of ${timeoutMs} ms breaks ${told.join('; ')}`,
    'timing: relaxed with watchdog.timeout: 2s (devices count whole seconds), or watchdog.mode: off',
  );
}
