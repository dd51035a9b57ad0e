import { elapsed, type LogIndex } from '@mha4rdb/kernel';
import type { Draft } from '../draft.js';
import type { RaftState } from '../state.js';
import { configurationIn } from '../log.js';
import { isSoleVoter, isVoter } from '../membership/configuration.js';
import { latestContact } from '../leadership/quorum-contact.js';
import { isDiskStuck } from '../leadership/disk-health.js';

/**
 * May ask for votes (R24): not told to stay back, one that may lead, and with a disk that writes. The
 * configuration is in force since it was appended, so R19 has nothing more to wait for.
 */
export function isEligible(draft: Draft): boolean {
  const { state } = draft;
  return (
    state.mayCampaign &&
    state.retired === null &&
    mayLead(state) &&
    !isDiskStuck(state, draft.now, state.options.electionMin)
  );
}

/**
 * A voter by the last configuration in its log; and, until that is committed, by the one before it
 * (thesis §4.2.2). Whoever appended its own removal and crashed may alone have a log that the voters
 * who stay elect; it counts nothing of itself (R49), leads until its removal is committed, and goes.
 */
export function mayLead({ configuration, commit, log, options }: RaftState): boolean {
  if (isVoter(configuration.value, options.id)) return true;
  if (configuration.index <= commit) return false;
  return isVoter(configurationIn(log, (configuration.index - 1) as LogIndex).value, options.id);
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
