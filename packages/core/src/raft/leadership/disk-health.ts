import { elapsed, type Instant } from '@mha4rdb/kernel';
import type { RaftState } from '../state.js';

/** A write has been out for `limit` milliseconds or longer: the disk is not to be relied on (R25). */
export function isDiskStuck(state: RaftState, now: Instant, limit: number): boolean {
  const { inFlight } = state.persistence;
  return inFlight !== null && elapsed(inFlight.since, now) >= limit;
}
