import type { Instant } from '@mha4rdb/kernel';
import { closeSync, openSync, readSync } from 'node:fs';
import type { Clock } from './monotonic-clock.js';

/** /proc/uptime has a grain of 10 ms and is read a moment after the monotonic clock. */
const SUSPEND_THRESHOLD_MS = 50;

/** Reads CLOCK_BOOTTIME in milliseconds: monotonic time plus the time that the machine slept. */
export type BootTime = () => number;

/** Keeps the file open: a look costs a few microseconds. */
export function openBootTime(): { readonly read: BootTime; readonly close: () => void } {
  const descriptor = openSync('/proc/uptime', 'r');
  const buffer = Buffer.alloc(64);
  return {
    read: () => {
      const length = readSync(descriptor, buffer, 0, buffer.length, 0);
      return Number.parseFloat(buffer.toString('latin1', 0, length)) * 1000;
    },
    close: () => closeSync(descriptor),
  };
}

/** Time that this process did not see pass: its loop was blocked or stopped, or the machine slept. */
export interface Gap {
  /** Machine time lost beyond what was expected, in milliseconds. */
  readonly ms: number;
  readonly cause: 'loop' | 'suspend';
}

/**
 * Notices that this node was away. A look is expected every `intervalMs`; SIGSTOP, a blocked loop or
 * a paused virtual machine make it late, and a suspended machine makes CLOCK_BOOTTIME jump while
 * CLOCK_MONOTONIC, on which grants are counted, stands still (measured: SIGSTOP moves both alike).
 */
export class GapDetector {
  private lastLook: Instant;
  private baseline: number;

  constructor(
    private readonly clock: Clock,
    private readonly bootTime: BootTime,
    private readonly options: {
      readonly intervalMs: number;
      readonly toleratedMs: number;
      /** How late each look was, in milliseconds. */
      readonly observeDelay?: (milliseconds: number) => void;
    },
  ) {
    this.baseline = Math.max(this.slept(), this.slept(), this.slept());
    this.lastLook = clock.now();
  }

  look(): Gap | undefined {
    const slept = this.slept();
    const now = this.clock.now();
    const late = now - this.lastLook - this.options.intervalMs;
    this.lastLook = now;
    this.options.observeDelay?.(Math.max(0, late));
    const jump = slept - this.baseline;
    if (jump > SUSPEND_THRESHOLD_MS) {
      this.baseline = slept;
      return { ms: jump, cause: 'suspend' };
    }
    return late > this.options.toleratedMs ? { ms: late, cause: 'loop' } : undefined;
  }

  /** Preempted between the two readings, it comes out too small, never too large. */
  private slept(): number {
    const boot = this.bootTime();
    return boot - this.clock.now();
  }
}
