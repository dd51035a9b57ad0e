import { setTimeout as sleep } from 'node:timers/promises';
import { performance } from 'node:perf_hooks';
import type { CallOptions } from '../engine.js';
import { EngineFailure } from './failure.js';

/** The end of one call, on the monotonic clock, with the caller's wish to abort it. */
export class Deadline {
  private constructor(
    private readonly end: number,
    readonly signal: AbortSignal | undefined,
  ) {}

  static of(options: CallOptions): Deadline {
    return new Deadline(performance.now() + options.deadline, options.signal);
  }

  static after(milliseconds: number, signal?: AbortSignal): Deadline {
    return new Deadline(performance.now() + milliseconds, signal);
  }

  /** A deadline for a part of the call: never later than the whole. */
  within(milliseconds: number): Deadline {
    return new Deadline(Math.min(this.end, performance.now() + milliseconds), this.signal);
  }

  /** The same end, aborted by either of two. */
  abortedBy(other: AbortSignal): Deadline {
    const signals = this.signal === undefined ? [other] : [this.signal, other];
    return new Deadline(this.end, AbortSignal.any(signals));
  }

  /** Milliseconds left; 0 when it is over or aborted. */
  left(): number {
    return this.signal?.aborted === true ? 0 : Math.max(0, this.end - performance.now());
  }

  over(): boolean {
    return this.left() === 0;
  }

  /** Throws `timeout` when it is over; `doing` says at what. */
  check(doing: string): void {
    if (this.signal?.aborted === true) throw new EngineFailure('timeout', `${doing} was aborted`);
    if (this.over()) throw new EngineFailure('timeout', `${doing} did not end in time`);
  }

  /** Sleeps at most this long, less when the deadline comes first; wakes on abort. */
  async pause(milliseconds: number): Promise<void> {
    const wait = Math.min(milliseconds, this.left());
    if (wait <= 0) return;
    try {
      await sleep(wait, undefined, this.signal === undefined ? {} : { signal: this.signal });
    } catch {
      // Aborted: the caller's next check says so.
    }
  }

  /** Polls until `condition` answers true; answers whether it did before the deadline. */
  async until(every: number, condition: () => boolean | Promise<boolean>): Promise<boolean> {
    for (;;) {
      if (await condition()) return true;
      if (this.over()) return false;
      await this.pause(every);
    }
  }
}
