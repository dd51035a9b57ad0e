import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClusterError } from '../cluster-error.js';

/** What every call takes. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** For the whole call, all tries included; milliseconds. */
  readonly timeoutMs?: number | undefined;
}

/** The time that a call has, on the monotonic clock, and the signals that end it early. */
export class Deadline {
  private readonly end: number;

  constructor(
    readonly timeoutMs: number,
    readonly signals: readonly AbortSignal[],
  ) {
    this.end = performance.now() + timeoutMs;
  }

  /** Whole milliseconds: a member refuses a call whose time-out has a fraction. */
  get leftMs(): number {
    return Math.max(0, Math.ceil(this.end - performance.now()));
  }

  get over(): boolean {
    return this.leftMs === 0 || this.aborted;
  }

  get aborted(): boolean {
    return this.signals.some(({ aborted }) => aborted);
  }

  /** Calls back when a signal fires, at once if one has; the answer takes that back. */
  onAbort(listener: () => void): () => void {
    if (this.aborted) listener();
    else for (const signal of this.signals) signal.addEventListener('abort', listener);
    return () => {
      for (const signal of this.signals) signal.removeEventListener('abort', listener);
    };
  }

  /** Waits, but not longer than there is time; ends early, without an error, on a signal. */
  async pause(milliseconds: number): Promise<void> {
    const controller = new AbortController();
    const release = this.onAbort(() => controller.abort());
    try {
      await sleep(Math.min(milliseconds, this.leftMs), undefined, { signal: controller.signal });
    } catch (error) {
      if (!controller.signal.aborted) throw error;
    } finally {
      release();
    }
  }

  /** Why a call that is over has no answer. */
  error(what: string): ClusterError {
    const signal = this.signals.find(({ aborted }) => aborted);
    if (signal === undefined) {
      return new ClusterError(
        'deadline_exceeded',
        'timed-out',
        `${what}: no answer within ${this.timeoutMs} ms`,
      );
    }
    if (signal.reason instanceof ClusterError) return signal.reason;
    return new ClusterError('canceled', 'aborted', `${what}: aborted by the caller`, {
      cause: signal.reason,
    });
  }
}
