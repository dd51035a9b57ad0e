import { elapsed, isAtOrAfter } from '@mha4rdb/kernel';
import type { Draft } from '../draft.js';
import { becomeFollower } from '../election/become-follower.js';
import { startPreVote } from '../election/campaign.js';
import { isAloneAndIdle, isEligible } from '../election/eligibility.js';
import { isElectionDue, restartElectionTimer } from '../election/timer.js';
import { isDiskStuck } from './disk-health.js';
import { broadcastHeartbeat } from './heartbeat.js';
import { latestContact } from './quorum-contact.js';

export function onTick(draft: Draft, mayCampaign: boolean): void {
  draft.state.mayCampaign = mayCampaign;
  if (draft.state.role === 'leader') tickLeader(draft);
  else if (isElectionDue(draft) || isAloneAndIdle(draft.state)) campaignOrWait(draft);
}

/**
 * A leader that a quorum does not answer makes way (R23), and so does one whose disk is stuck: its
 * heartbeats would keep the others from replacing it (R25).
 */
function tickLeader(draft: Draft): void {
  const { state, now } = draft;
  const { electionMax } = state.options;
  if (
    elapsed(latestContact(state, now), now) > electionMax ||
    isDiskStuck(state, now, electionMax)
  ) {
    return becomeFollower(draft, state.term, null);
  }
  if (state.transfer !== null && isAtOrAfter(now, state.transfer.deadline)) state.transfer = null;
  if (isAtOrAfter(now, state.heartbeatDue)) broadcastHeartbeat(draft);
}

/** Without the right to campaign it forgets a leader that is silent, and goes on waiting. */
function campaignOrWait(draft: Draft): void {
  if (isEligible(draft)) return startPreVote(draft);
  if (!isElectionDue(draft)) return;
  if (draft.state.role === 'follower') {
    draft.state.leader = null;
    restartElectionTimer(draft);
  } else {
    becomeFollower(draft, draft.state.term, null);
  }
}
