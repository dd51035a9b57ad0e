import { jointVote } from '../../quorum/joint.js';
import type { VoteResult } from '../../quorum/majority.js';
import type { Draft } from '../draft.js';
import type { PreVoteResponse, VoteResponse } from '../message.js';
import { becomeFollower } from './become-follower.js';
import { becomeLeader } from './become-leader.js';
import { startCampaign } from './campaign.js';

/** Counts only while pre-campaigning for exactly that term; later it is stale (R16). */
export function onPreVoteResponse(draft: Draft, message: PreVoteResponse): void {
  const { role, term } = draft.state;
  if (role !== 'preCandidate' || message.term !== (message.granted ? term + 1 : term)) return;
  switch (tally(draft, message)) {
    case 'won':
      return startCampaign(draft, false);
    case 'lost':
      return becomeFollower(draft, term, null);
    case 'pending':
      return;
  }
}

/** Counts only for a candidate of that very term (R16, R36). */
export function onVoteResponse(draft: Draft, message: VoteResponse): void {
  if (draft.state.role !== 'candidate') return;
  switch (tally(draft, message)) {
    case 'won':
      return becomeLeader(draft);
    case 'lost':
      return becomeFollower(draft, draft.state.term, null);
    case 'pending':
      return;
  }
}

/** By voter, the first answer counts, in both halves of a joint configuration (R17, R47). */
function tally(draft: Draft, { from, granted }: PreVoteResponse | VoteResponse): VoteResult {
  const { votes, configuration } = draft.state;
  draft.state.votes = { [from]: granted, ...votes };
  return jointVote(configuration.value, draft.state.votes);
}
