import type { LogIndex } from '@mha4rdb/kernel';
import { jointValue } from '../../quorum/joint.js';
import type { Draft } from '../draft.js';
import { becomeFollower } from '../election/become-follower.js';
import { termAtIn } from '../log.js';
import { leaveJoint } from '../membership/change.js';
import { isVoter } from '../membership/configuration.js';
import { broadcast, replicateTo } from './send-append.js';

/**
 * Commits what a majority of each half holds durably (R47), this node like any other (R1) and only
 * if it is a voter (R49). Only an entry of the current term is counted; those before it come with it
 * (R29, figure 8).
 */
export function commitByQuorum(draft: Draft): void {
  const { state } = draft;
  const index = jointValue(state.configuration.value, (voter) =>
    voter === state.options.id
      ? state.persistence.durableIndex
      : (state.progress[voter]?.match ?? 0),
  ) as LogIndex;
  if (index <= state.commit || termAtIn(state.log, index) !== state.term) return;
  state.commit = index;
  broadcast(draft, (each, peer) => replicateTo(each, peer, 'also-empty'));
  stepDownIfRemoved(draft);
  leaveJoint(draft);
}

/** A leader that the committed configuration no longer names makes way (R49). */
function stepDownIfRemoved(draft: Draft): void {
  const { configuration, commit, options, term } = draft.state;
  if (configuration.index > commit || isVoter(configuration.value, options.id)) return;
  becomeFollower(draft, term, null);
}
