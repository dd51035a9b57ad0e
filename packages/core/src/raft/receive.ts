import { assertNever } from '@mha4rdb/kernel';
import type { Draft } from './draft.js';
import type { RaftMessage } from './message.js';
import { becomeFollower } from './election/become-follower.js';
import { isLeaderAlive } from './election/eligibility.js';
import { onPreVoteRequest, onVoteRequest } from './election/on-vote-request.js';
import { onPreVoteResponse, onVoteResponse } from './election/on-vote-response.js';
import { onTimeoutNow } from './leadership/transfer.js';
import { isKnownSender } from './membership/known-sender.js';
import { envelope, say } from './persistence/outbox.js';
import { answer, onAppend } from './replication/on-append.js';
import { onAppendResponse } from './replication/on-append-response.js';
import { onInstallSnapshot } from './snapshot/on-install.js';

/** A message, from a peer or from this node to itself: who says it, in which term, then what. */
export function receive(draft: Draft, message: RaftMessage): void {
  if (draft.state.retired !== null || !isKnownSender(draft.state, message)) return;
  // These two speak about a term that nobody is in yet, and never change ours (R11).
  if (message.kind === 'preVoteRequest') return onPreVoteRequest(draft, message);
  if (message.kind === 'preVoteResponse' && message.granted) {
    return onPreVoteResponse(draft, message);
  }
  if (message.term < draft.state.term) return onLowerTerm(draft, message);
  if (message.term > draft.state.term) {
    if (isDisturbance(draft, message)) return;
    becomeFollower(draft, message.term, null);
  }
  handle(draft, message);
}

function handle(draft: Draft, message: RaftMessage): void {
  switch (message.kind) {
    case 'preVoteRequest':
      return onPreVoteRequest(draft, message);
    case 'preVoteResponse':
      return onPreVoteResponse(draft, message);
    case 'voteRequest':
      return onVoteRequest(draft, message);
    case 'voteResponse':
      return onVoteResponse(draft, message);
    case 'append':
      return onAppend(draft, message);
    case 'appendResponse':
      return onAppendResponse(draft, message);
    case 'installSnapshot':
      return onInstallSnapshot(draft, message);
    case 'timeoutNow':
      return onTimeoutNow(draft, message);
    default:
      return assertNever(message, 'message');
  }
}

/** A campaign against a leader that is alive, unless that leader asked for it (R21, R56). */
function isDisturbance(draft: Draft, message: RaftMessage): boolean {
  return message.kind === 'voteRequest' && !message.transfer && isLeaderAlive(draft);
}

/**
 * Answers of an older term mean nothing any more (R36). A request gets our term: else a leader of an
 * older term could never learn that a node with a higher one needs a new election (R22).
 */
function onLowerTerm(draft: Draft, message: RaftMessage): void {
  switch (message.kind) {
    case 'append':
    case 'installSnapshot':
      return answer(draft, message, { kind: 'matched', index: draft.state.commit });
    case 'voteRequest':
      return say(draft, { ...envelope(draft, message.from), kind: 'voteResponse', granted: false });
    default:
      return;
  }
}
