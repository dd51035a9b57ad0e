import { invariant, type NodeId, type Term } from '@mha4rdb/kernel';
import type { Draft } from '../draft.js';
import type { RaftMessage } from '../message.js';
import { lastIndexOf, lastTermOf } from '../log.js';
import { isVoter, membersOf } from '../membership/configuration.js';
import { envelope, say } from '../persistence/outbox.js';
import { setHardState } from '../persistence/write.js';
import { mayLead } from './eligibility.js';
import { restartElectionTimer } from './timer.js';

/** Asks whether a campaign could be won; bumps no term, so a loser disturbs nobody (R21, R24). */
export function startPreVote(draft: Draft): void {
  draft.state.role = 'preCandidate';
  beginCampaign(draft);
  const term = (draft.state.term + 1) as Term;
  askVoters(draft, (to, isSelf) =>
    isSelf
      ? { ...envelope(draft, to), kind: 'preVoteResponse', term, granted: true }
      : { ...envelope(draft, to), kind: 'preVoteRequest', term, ...endOfLog(draft) },
  );
}

/**
 * Campaigns in the next term, with its own vote. `transfer` says that the leader asked for it; it
 * belongs to this one attempt and is kept nowhere (R57).
 */
export function startCampaign(draft: Draft, transfer: boolean): void {
  const { options, term } = draft.state;
  setHardState(draft, (term + 1) as Term, options.id);
  draft.state.role = 'candidate';
  draft.state.leaderContactAt = null;
  beginCampaign(draft);
  askVoters(draft, (to, isSelf) =>
    isSelf
      ? { ...envelope(draft, to), kind: 'voteResponse', granted: true }
      : { ...envelope(draft, to), kind: 'voteRequest', transfer, ...endOfLog(draft) },
  );
}

function beginCampaign(draft: Draft): void {
  const { state } = draft;
  invariant(mayLead(state), 'R24', 'only who may lead campaigns');
  state.leader = null;
  state.votes = {};
  state.campaignAt = draft.now;
  restartElectionTimer(draft);
}

/** One message to each voter, in the same order everywhere (R18); to itself, its own answer. */
function askVoters(draft: Draft, message: (to: NodeId, isSelf: boolean) => RaftMessage): void {
  const { configuration, options } = draft.state;
  for (const id of membersOf(configuration.value)) {
    if (isVoter(configuration.value, id)) say(draft, message(id, id === options.id));
  }
}

function endOfLog(
  draft: Draft,
): Pick<RaftMessage & { kind: 'voteRequest' }, 'lastIndex' | 'lastTerm'> {
  const { log } = draft.state;
  return { lastIndex: lastIndexOf(log), lastTerm: lastTermOf(log) };
}
