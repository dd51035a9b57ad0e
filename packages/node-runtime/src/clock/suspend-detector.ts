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

/**
 * Notices that the machine slept: CLOCK_BOOTTIME jumps, while CLOCK_MONOTONIC, on which grants are
 * counted, stands still. A virtual machine that is paused with all its clocks cannot be noticed so.
 */
export class SuspendDetector {
  private baseline: number;

  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    private readonly bootTime: BootTime,
  ) {
    this.baseline = Math.max(this.slept(), this.slept(), this.slept());
  }

  /** Milliseconds slept since the last look; 0 where the machine was awake. */
  look(): number {
    const slept = this.slept();
    const jump = slept - this.baseline;
    if (jump <= SUSPEND_THRESHOLD_MS) return 0;
    this.baseline = slept;
    return jump;
  }

  /** Preempted between the two readings, it comes out too small, never too large. */
  private slept(): number {
    const boot = this.bootTime();
    return boot - this.clock.now();
  }
}
