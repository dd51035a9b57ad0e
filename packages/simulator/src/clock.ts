import { CLOCK_RATE_ERROR } from '@mha4rdb/core';
import { instantOf, type Instant, type SeededRandom } from '@mha4rdb/kernel';

/**
 * One host's monotonic clock: a rate within ρ of true time (protocol §4) that can change while it
 * runs, and an origin of its own, drawn anew at each boot. The kernel's timers run on it too. It
 * stands still while the machine sleeps or its hypervisor has stopped it.
 */
export class HostClock {
  private rate: number;
  private running = true;
  /** It showed `shown` at the true time `since`. */
  private shown = 0;
  private since = 0;
  private wallError: number;

  constructor(private readonly random: SeededRandom) {
    // Half of all clocks stand at one of the two bounds: the inequalities are tight there.
    const extreme = random.chance(0.5) ? (random.chance(0.5) ? 1 : -1) : random.next() * 2 - 1;
    this.rate = 1 + extreme * CLOCK_RATE_ERROR;
    this.wallError = random.integer(-5000, 5000);
    this.boot(0);
  }

  boot(now: number): void {
    this.since = now;
    this.running = true;
    this.shown = this.random.integer(1000, 1_000_000);
  }

  read(now: number): Instant {
    return instantOf(this.show(now));
  }

  /** The true time at which this clock will show `local`, if nothing happens to it. */
  when(local: number): number {
    return this.since + (local - this.shown) / this.rate;
  }

  /** How long `milliseconds` of this clock last in truth. */
  lasts(milliseconds: number): number {
    return milliseconds / this.rate;
  }

  changeRate(now: number, rate: number): void {
    this.settle(now);
    this.rate = rate;
  }

  stop(now: number): void {
    this.settle(now);
    this.running = false;
  }

  goOn(now: number): void {
    this.settle(now);
    this.running = true;
  }

  /** For display; nothing may be decided on it. */
  wall(now: number): number {
    return Math.round(1_700_000_000_000 + now + this.wallError);
  }

  jumpWall(milliseconds: number): void {
    this.wallError += milliseconds;
  }

  private show(now: number): number {
    return this.running ? this.shown + (now - this.since) * this.rate : this.shown;
  }

  private settle(now: number): void {
    this.shown = this.show(now);
    this.since = now;
  }
}
