import { nodeOfVoter, type NodeId } from '@mha4rdb/kernel';
import { removedOf } from '../cluster/state.js';
import { decideMembership, type RaftView } from '../coordinator/membership.js';
import { answersLately, isCaughtUp } from '../raft/membership/change.js';
import { membersOf } from '../raft/membership/configuration.js';
import { hasCommittedInTerm, lastIndex } from '../raft/queries.js';
import { stepRaft } from '../raft/index.js';
import type { RaftState } from '../raft/state.js';
import { append } from './propose.js';
import { carryOut } from './raft-effects.js';
import { situationOf } from './situation.js';
import { decided, send, type Work } from './work.js';

/**
 * The coordinator's second matter, after who is primary: one step from the configuration that is to
 * the members that are wanted.
 */
export function changeMembers(work: Work): void {
  const { coordinator, raft } = work.node;
  if (coordinator === null || !hasCommittedInTerm(raft) || raft.transfer !== null) return;
  if (raft.applied < coordinator.awaiting) return;
  const situation = situationOf(work);
  if (situation === null) return;
  const step = decideMembership(situation, viewOf(raft, work));
  if (step.why !== work.node.changing) {
    if (step.why !== null) decided(work, 'members', { step: step.why });
    work.node = { ...work.node, changing: step.why };
  }
  switch (step.kind) {
    case 'none':
      return;
    case 'command': {
      if (!append(work, step.command)) return;
      const view = work.node.coordinator;
      if (view === null) return;
      work.node = { ...work.node, coordinator: { ...view, awaiting: lastIndex(work.node.raft) } };
      return;
    }
    case 'configure': {
      const { voters, learners } = step;
      const now = work.now;
      const stepped = stepRaft(raft, { kind: 'changeMembership', now, voters, learners });
      work.node = { ...work.node, raft: stepped.state };
      if (stepped.membership?.ok === true) decided(work, 'configured', { voters, learners });
      return carryOut(work, stepped.effects);
    }
    case 'transfer':
      return handLeadershipTo(work, step.to);
  }
}

/** Begins a transfer of the leadership to this Raft identity. */
export function handLeadershipTo(work: Work, to: NodeId): void {
  const { coordinator, raft } = work.node;
  if (coordinator === null) return;
  work.node = { ...work.node, coordinator: { ...coordinator, transferAt: work.now } };
  const stepped = stepRaft(raft, { kind: 'transfer', now: work.now, to });
  work.node = { ...work.node, raft: stepped.state };
  if (stepped.transfer?.ok === true) decided(work, 'transferring', { to: nodeOfVoter(to) });
  carryOut(work, stepped.effects);
}

/**
 * Answers a node that was removed, once its removal is complete here: it is off the list, and no
 * committed configuration counts on it. (Earlier its own majority may be needed to let it go.) True
 * when there is nothing else to say to it.
 */
export function tellRetired(work: Work, from: NodeId): boolean {
  const removed = removedOf(work.node.cluster, from);
  if (removed === undefined) return false;
  const { configuration, commit } = work.node.raft;
  const named = membersOf(configuration.value).some((voter) => nodeOfVoter(voter) === from);
  if (named || configuration.index > commit) return false;
  send(work, from, { kind: 'retired', index: removed.index });
  return true;
}

function viewOf(raft: RaftState, { now }: Work): RaftView {
  const { configuration, commit, options } = raft;
  return {
    me: options.id,
    configuration: configuration.value,
    committed: configuration.index <= commit,
    answers: (voter) => answersLately(raft, voter, now),
    isCaughtUp: (voter) => isCaughtUp(raft, voter, now),
  };
}
