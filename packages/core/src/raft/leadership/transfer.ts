import { addDuration, err, invariant, ok, type NodeId, type Result } from '@mha4rdb/kernel';
import type { Draft } from '../draft.js';
import type { TransferRefusal } from '../step-result.js';
import { startCampaign } from '../election/campaign.js';
import { isEligible } from '../election/eligibility.js';
import { lastIndexOf } from '../log.js';
import type { TimeoutNow } from '../message.js';
import { envelope, say } from '../persistence/outbox.js';
import { progressOf } from '../replication/progress.js';
import { replicateTo } from '../replication/send-append.js';

/**
 * Begins to hand the leadership to `to`: proposals stop, `to` is brought to the end of the log, then
 * told to campaign; after `electionMax` the leader gives up and serves again (R56). Raft keeps no
 * lease; whoever builds one on this leader gives it up BEFORE this event (B07).
 */
export function onTransfer(draft: Draft, to: NodeId): Result<null, TransferRefusal> {
  const { state } = draft;
  if (state.role !== 'leader') return err('not-leader', 'this node does not lead');
  if (to === state.options.id) return err('already-leader', `${to} leads already`);
  // A learner could not win, and who is on its way out would soon make way again.
  if (!state.configuration.value.voters.includes(to)) {
    return err('not-a-voter', `${to} is not a voter that stays`);
  }
  if (state.transfer !== null) {
    return err('transferring', `a transfer to ${state.transfer.to} is under way`);
  }
  state.transfer = {
    to,
    deadline: addDuration(draft.now, state.options.electionMax),
    sent: false,
  };
  continueTransfer(draft);
  if (!state.transfer.sent) replicateTo(draft, to, 'entries-only');
  return ok(null);
}

/** Tells the target to campaign once it holds our whole log. */
export function continueTransfer(draft: Draft): void {
  const { transfer, log } = draft.state;
  if (transfer === null || transfer.sent) return;
  if (progressOf(draft, transfer.to).match < lastIndexOf(log)) return;
  draft.state.transfer = { ...transfer, sent: true };
  say(draft, { ...envelope(draft, transfer.to), kind: 'timeoutNow' });
}

/** Campaigns at once and without a pre-vote, which a live leader would make fail (R56). */
export function onTimeoutNow(draft: Draft, message: TimeoutNow): void {
  const { role, leader } = draft.state;
  invariant(role !== 'leader', 'R27', 'two leaders in one term', { other: message.from });
  if (role === 'follower' && leader === message.from && isEligible(draft)) {
    startCampaign(draft, true);
  }
}
