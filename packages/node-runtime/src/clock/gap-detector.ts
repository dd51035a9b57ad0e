import type { Instant } from '@mha4rdb/kernel';
import type { Clock } from './monotonic-clock.js';

/**
 * Notices that this process was away: a look is expected every `intervalMs`, and SIGSTOP, a blocked loop
 * or a starved host make it late. The monotonic clock counts such a gap, so that grants are over by
 * themselves at the first look at it; what it does not count is the matter of `SuspendDetector`.
 */
export class GapDetector {
  private lastLook: Instant;

  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    private readonly options: {
      readonly intervalMs: number;
      readonly toleratedMs: number;
      /** How late each look was, in milliseconds. */
      readonly observeDelay?: (milliseconds: number) => void;
    },
  ) {
    this.lastLook = clock.now();
  }

  /** By how much this look is later than is tolerated; 0 where it is not. */
  look(): number {
    const now = this.clock.now();
    const late = now - this.lastLook - this.options.intervalMs;
    this.lastLook = now;
    this.options.observeDelay?.(Math.max(0, late));
    return late > this.options.toleratedMs ? late : 0;
  }
}
