import { instantOf, type Instant } from '@mha4rdb/kernel';

/** The two clocks of one node. Decisions use `now` only. */
export interface Clock {
  /** CLOCK_MONOTONIC in milliseconds: never goes back, does not count while the machine sleeps. */
  readonly now: () => Instant;
  /** Wall clock in milliseconds since 1970; for display only. */
  readonly wall: () => number;
}

export const systemClock: Clock = {
  now: () => instantOf(Number(process.hrtime.bigint()) / 1e6),
  wall: () => Date.now(),
};
