import { laterOf, type Instant } from '@mha4rdb/kernel';
import { jointValue } from '../../quorum/joint.js';
import type { RaftState } from '../state.js';

/**
 * The latest instant of our clock such that a quorum answered messages which we sent at that instant
 * or later; both halves of a joint configuration count (R47). Meaningful on a leader only.
 */
export function contactOfQuorum(state: RaftState, now: Instant): Instant {
  return jointValue(state.configuration.value, (voter) =>
    voter === state.options.id ? now : (state.progress[voter]?.contactAt ?? state.campaignAt),
  ) as Instant;
}

/** As `contactOfQuorum`, but a new leader is given its time from the moment it won. */
export function latestContact(state: RaftState, now: Instant): Instant {
  return laterOf(contactOfQuorum(state, now), state.leaderSince);
}
