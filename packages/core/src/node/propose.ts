import { applyCommand } from '../cluster/apply.js';
import type { Command } from '../cluster/command.js';
import { noteAppended } from '../coordinator/view.js';
import { mayOpen } from '../lease/grantor.js';
import { stepRaft } from '../raft/index.js';
import { hasCommittedInTerm, lastIndex, leadingNodeOf } from '../raft/queries.js';
import { carryOut } from './raft-effects.js';
import { send, type Work } from './work.js';

/**
 * A member's proposal, here or from afar. Who does not lead drops it: its proposer makes it again
 * each heartbeat, to whoever leads then.
 */
export function handleProposal(work: Work, proposed: Command): void {
  const { coordinator, cluster, raft } = work.node;
  if (coordinator === null || !hasCommittedInTerm(raft)) return;
  const command = complete(work, proposed);
  // What would be refused now need not fill the log; if it is in time later, it comes again.
  const place = { index: lastIndex(raft), term: raft.term };
  if (applyCommand(cluster, command, place).refused !== null) return;
  if (
    (command.type === 'RenewGrant' || command.type === 'KeepGrant') &&
    !mayOpen(coordinator.grantor, command.holder, work.now)
  ) {
    if (command.type === 'RenewGrant') {
      work.node = { ...work.node, coordinator: { ...coordinator, early: command } };
    }
    return;
  }
  append(work, command);
}

/** Appends to the log of this leader. Dropped when too much is uncommitted; whoever needs it asks again. */
export function append(work: Work, command: Command): boolean {
  const stepped = stepRaft(work.node.raft, { kind: 'propose', now: work.now, command });
  work.node = { ...work.node, raft: stepped.state };
  const { coordinator, cluster } = work.node;
  const accepted = stepped.proposal?.ok === true;
  if (accepted && coordinator !== null) {
    // Before the effects are carried out: with one voter they may apply the entry at once.
    work.node = {
      ...work.node,
      coordinator: noteAppended(coordinator, command, cluster, work.now),
    };
  }
  carryOut(work, stepped.effects);
  return accepted;
}

/** From the member's office to whoever leads: over the wire, or to this node's own other office. */
export function submit(work: Work, command: Command): void {
  const leader = leadingNodeOf(work.node.raft);
  if (leader === work.node.options.me) handleProposal(work, command);
  else if (leader !== null) send(work, leader, { kind: 'proposal', command });
}

/** The coordinator adds to two reports what only its own clock knows. */
function complete(work: Work, command: Command): Command {
  const view = work.node.coordinator;
  if (view === null) return command;
  if (command.type === 'ConfirmPrimary') return { ...command, electMs: view.electMs };
  if (command.type === 'RecordOpened' && view.lastSignAt !== null) {
    return { ...command, writeGapMs: Math.round(work.now - view.lastSignAt) };
  }
  return command;
}
