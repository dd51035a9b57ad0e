import type { RaftMessage } from '../message.js';
import type { RaftState } from '../state.js';
import { isUpToDate, lastIndexOf, lastTermOf } from '../log.js';
import { isMember, membersOf } from './configuration.js';

/**
 * Refuses other clusters, and ids that our configuration does not name (R58): a retired node must
 * not be heard. Two are heard though we do not know them, since their configuration may be newer than
 * ours: a leader, and a candidate whose log is AHEAD of ours. One whose log is no further knows
 * nothing that we do not, and is refused; safety does not rest on this (R51).
 *
 * A node that has no configuration yet has no vote either: it may have lost its disk (R8).
 */
export function isKnownSender(state: RaftState, message: RaftMessage): boolean {
  const { options, configuration, log } = state;
  if (message.clusterName !== options.clusterName || message.to !== options.id) return false;
  switch (message.kind) {
    case 'append':
    case 'installSnapshot':
      return message.from !== options.id;
    case 'preVoteRequest':
    case 'voteRequest':
      return (
        membersOf(configuration.value).length > 0 &&
        (isMember(configuration.value, message.from) ||
          (isUpToDate(log, message.lastTerm, message.lastIndex) &&
            !(message.lastTerm === lastTermOf(log) && message.lastIndex === lastIndexOf(log))))
      );
    default:
      return isMember(configuration.value, message.from);
  }
}
