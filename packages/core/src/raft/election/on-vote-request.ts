import type { Draft } from '../draft.js';
import type { PreVoteRequest, VoteRequest } from '../message.js';
import { isUpToDate } from '../log.js';
import { envelope, say } from '../persistence/outbox.js';
import { setHardState } from '../persistence/write.js';
import { isLeaderAlive } from './eligibility.js';
import { restartElectionTimer } from './timer.js';

/**
 * Grants unless a leader is alive or the candidate's log is behind: the same veto as for a real vote,
 * or a node that can never win would depose every leader (R24). Changes nothing here. A grant repeats
 * the requested term, so that a voter behind in terms is heard; a refusal carries our own (R15).
 */
export function onPreVoteRequest(draft: Draft, message: PreVoteRequest): void {
  const { term, log } = draft.state;
  const granted =
    message.term > term &&
    !isLeaderAlive(draft) &&
    isUpToDate(log, message.lastTerm, message.lastIndex);
  say(draft, {
    ...envelope(draft, message.from),
    kind: 'preVoteResponse',
    term: granted ? message.term : term,
    granted,
  });
}

/**
 * One vote in a term, repeated to the same candidate as often as it asks, never given once a leader
 * of the term is known (R13), and only to a log that is up to date (R14). A member that is no voter,
 * or not yet aware that it is one, answers as well: who counts is the candidate's matter (R20).
 */
export function onVoteRequest(draft: Draft, message: VoteRequest): void {
  const { votedFor, leader, term, log } = draft.state;
  const free = votedFor === message.from || (votedFor === null && leader === null);
  const granted = free && isUpToDate(log, message.lastTerm, message.lastIndex);
  if (granted) {
    if (votedFor === null) setHardState(draft, term, message.from);
    restartElectionTimer(draft);
  }
  say(draft, { ...envelope(draft, message.from), kind: 'voteResponse', granted });
}
