import { elapsed } from '@mha4rdb/kernel';
import type { Draft } from '../draft.js';
import type { RaftState } from '../state.js';
import { isSoleVoter, isVoter } from '../membership/configuration.js';
import { latestContact } from '../leadership/quorum-contact.js';
import { isDiskStuck } from '../leadership/disk-health.js';

/**
 * May ask for votes (R24): a voter by the last configuration in its log (in force since it was
 * appended, so R19 has nothing more to wait for), not told to stay back, and with a disk that writes.
 */
export function isEligible(draft: Draft): boolean {
  const { state } = draft;
  return (
    state.mayCampaign &&
    state.retired === null &&
    isVoter(state.configuration.value, state.options.id) &&
    !isDiskStuck(state, draft.now, state.options.electionMin)
  );
}

/** Alone, it need not wait whether a leader speaks: there is no other. */
export function isAloneAndIdle(state: RaftState): boolean {
  return state.role === 'follower' && isSoleVoter(state.configuration.value, state.options.id);
}

/**
 * A leader was heard within the shortest election timeout, or leads here and is heard by a quorum:
 * then nobody is helped to replace it (R21, R23).
 */
export function isLeaderAlive(draft: Draft): boolean {
  const { state, now } = draft;
  const since = state.role === 'leader' ? latestContact(state, now) : state.leaderContactAt;
  return state.leader !== null && since !== null && elapsed(since, now) < state.options.electionMin;
}
