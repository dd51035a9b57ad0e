import { CLOCK_RATE_ERROR } from '@mha4rdb/core';
import { instantOf, type Instant, type SeededRandom } from '@mha4rdb/kernel';

/**
 * One host's monotonic clock: a rate within ρ of true time (protocol §4) and an origin of its own,
 * drawn anew at each boot. The kernel's timers run on it too.
 */
export class HostClock {
  private readonly rate: number;
  private origin = 0;
  private bootedAt = 0;
  private readonly wallError: number;

  constructor(private readonly random: SeededRandom) {
    // Half of all clocks stand at one of the two bounds: the inequalities are tight there.
    const extreme = random.chance(0.5) ? (random.chance(0.5) ? 1 : -1) : random.next() * 2 - 1;
    this.rate = 1 + extreme * CLOCK_RATE_ERROR;
    this.wallError = random.integer(-5000, 5000);
    this.boot(0);
  }

  boot(now: number): void {
    this.bootedAt = now;
    this.origin = this.random.integer(1000, 1_000_000);
  }

  read(now: number): Instant {
    return instantOf(this.origin + (now - this.bootedAt) * this.rate);
  }

  /** The true time at which this clock shows `local`. */
  when(local: number): number {
    return this.bootedAt + (local - this.origin) / this.rate;
  }

  /** How long `milliseconds` of this clock last in truth. */
  lasts(milliseconds: number): number {
    return milliseconds / this.rate;
  }

  /** For display; nothing may be decided on it. */
  wall(now: number): number {
    return Math.round(1_700_000_000_000 + now + this.wallError);
  }
}
