import { invariant, type LogIndex, type NodeId } from '@mha4rdb/kernel';
import type { Draft } from '../draft.js';
import type { Progress } from '../state.js';
import { lastIndexOf } from '../log.js';
import { membersOf } from '../membership/configuration.js';

/** Every other member, in the same order everywhere (R18). */
export function peersOf(draft: Draft): readonly NodeId[] {
  const { configuration, options } = draft.state;
  return membersOf(configuration.value).filter((id) => id !== options.id);
}

/** What the leader knows about `peer`, which it follows. */
export function progressOf(draft: Draft, peer: NodeId): Progress {
  const progress = draft.state.progress[peer];
  invariant(progress !== undefined, 'R46', 'a member without progress', { peer });
  return progress;
}

export function updateProgress(draft: Draft, peer: NodeId, changes: Partial<Progress>): void {
  draft.state.progress = {
    ...draft.state.progress,
    [peer]: { ...progressOf(draft, peer), ...changes },
  };
}

/**
 * Begins to follow every other member of the configuration in force: probed at the end of the log,
 * nothing known (R26). Their contact begins with the campaign, which the voters that granted it did
 * answer.
 */
export function trackMembers(draft: Draft): void {
  const fresh = freshProgress(draft);
  draft.state.progress = Object.fromEntries(peersOf(draft).map((peer) => [peer, fresh]));
}

/**
 * After a change of the configuration: who stays is followed as before, who is new from nothing (it
 * never answered, and counts as silent until it does), who is gone no longer.
 */
export function followMembers(draft: Draft): void {
  const { progress } = draft.state;
  const fresh = freshProgress(draft);
  draft.state.progress = Object.fromEntries(
    peersOf(draft).map((peer) => [peer, progress[peer] ?? fresh]),
  );
}

function freshProgress({ state }: Draft): Progress {
  return {
    match: 0 as LogIndex,
    next: (lastIndexOf(state.log) + 1) as LogIndex,
    mode: 'probe',
    inFlight: [],
    paused: false,
    contactAt: state.campaignAt,
    snapshotSentAt: state.campaignAt,
  };
}
