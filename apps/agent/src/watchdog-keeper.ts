import { firesNotAfter, isGuarded, planWatchdog, type WatchdogView } from '@mha4rdb/core';
import type { HostResult, OpenWatchdog } from '@mha4rdb/host-linux';
import type { Instant } from '@mha4rdb/kernel';
import type { Clock } from '@mha4rdb/node-runtime';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

export interface WatchdogKeeperOptions {
  readonly required: boolean;
  readonly timeoutMs: number;
  readonly clock: Pick<Clock, 'now'>;
  /** Starts the device. */
  readonly open: () => HostResult<OpenWatchdog>;
  /** Stops one that a former life left running. */
  readonly clear: () => HostResult<void>;
  /** What can be told of the device without starting it. */
  readonly check: () => HostResult<void>;
  /** Exists while the device may run: a later life must know that it is ours to stop. */
  readonly record: string;
  readonly log: (event: string, fields: Readonly<Record<string, unknown>>) => void;
}

/**
 * Keeps the watchdog as the fence wants it. `planWatchdog` decides; here it is done, and each time
 * looked at the clock anew. A device that cannot be started is tried once in a life.
 */
export class WatchdogKeeper {
  private device: OpenWatchdog | null = null;
  private firesAt: Instant | null;
  private failed: boolean;

  constructor(private readonly options: WatchdogKeeperOptions) {
    const { record, clock, timeoutMs } = options;
    this.firesAt = existsSync(record) ? firesNotAfter(clock.now(), timeoutMs) : null;
    const usable = options.check();
    this.failed = !usable.ok;
    if (!usable.ok) this.report(usable.error);
  }

  get view(): WatchdogView {
    const { failed, firesAt } = this;
    const state = firesAt !== null ? 'armed' : failed ? 'failed' : 'ready';
    return { state, required: this.options.required, firesAt };
  }

  /**
   * Before the port opens or stays open under a grant until `until`: whether it may. A required device
   * that does not run, or would run past the grant, keeps it closed.
   */
  guard(until: Instant): boolean {
    const step = this.plan(until);
    if (step === 'arm') this.arm();
    if (step === 'pet') this.pet();
    return !this.options.required || isGuarded(this.firesAt, until);
  }

  /** Once the kernel has shown that clients cannot pass. */
  release(): void {
    if (this.plan(null) !== 'disarm') return;
    const { clear, log } = this.options;
    const stopped = this.device === null ? clear() : this.device.disarm();
    this.device = null;
    if (!stopped.ok) {
      // It runs on and resets the host, which holds nothing any more. Nobody can do better here.
      this.failed = true;
      if (this.firesAt !== null && this.firesAt <= this.options.clock.now()) this.forget();
      return this.report(stopped.error);
    }
    this.forget();
    log('watchdog-disarmed', {});
  }

  /** It does not run, or is not ours. */
  private forget(): void {
    this.firesAt = null;
    rmSync(this.options.record, { force: true });
  }

  private plan(until: Instant | null): ReturnType<typeof planWatchdog> {
    const { firesAt, options } = this;
    const { timeoutMs, clock } = options;
    return planWatchdog({ until, firesAt, timeoutMs, now: clock.now() });
  }

  private arm(): void {
    if (this.failed) return;
    const { record, open, clock, timeoutMs, log } = this.options;
    writeFileSync(record, 'armed\n', { mode: 0o600 });
    const opened = open();
    if (!opened.ok) {
      this.failed = true;
      this.forget();
      return this.report(opened.error);
    }
    this.device = opened.value;
    this.firesAt = firesNotAfter(clock.now(), timeoutMs);
    log('watchdog-armed', { timeoutMs });
  }

  private pet(): void {
    // A former life's: to pet it is to open it.
    if (this.device === null) return this.arm();
    const petted = this.device.pet();
    if (petted.ok) this.firesAt = firesNotAfter(this.options.clock.now(), this.options.timeoutMs);
    else this.report(petted.error);
  }

  private report({
    message,
    remedy,
  }: {
    readonly message: string;
    readonly remedy?: string;
  }): void {
    this.options.log('watchdog-failed', { message, ...(remedy !== undefined && { remedy }) });
  }
}
