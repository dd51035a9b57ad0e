import { assertNever, type LogIndex } from '@mha4rdb/kernel';
import { stepRaft } from '../raft/index.js';
import type { RaftEvent } from '../raft/event.js';
import type { Command } from '../cluster/command.js';
import type { ClusterState } from '../cluster/state.js';
import { shouldCompact } from '../raft/snapshot/compact.js';
import { act } from './act.js';
import { onMembers, tellMembers } from './contacts.js';
import { coordinate } from './coordinate.js';
import type { NodeEffect } from './effect.js';
import type { HostView, NodeEvent } from './event.js';
import { changeMembers, tellRetired } from './membership.js';
import { onActionEnded, onActionProgress, onGap, onObserved } from './observe.js';
import { onOperator } from './operator.js';
import { handleProposal } from './propose.js';
import { carryOut } from './raft-effects.js';
import { reportIfDue, storeReport } from './report.js';
import type { NodeState } from './state.js';
import { announceShutdown } from './shutdown.js';
import { decided, openWork, updateMember, type Work } from './work.js';

/**
 * One event on one node: consensus first, then what was committed, then this node's two offices
 * (coordinator if it leads, member if it has a database), then its report. Pure and total.
 */
export function stepNode(
  state: NodeState,
  event: NodeEvent,
): { readonly state: NodeState; readonly effects: readonly NodeEffect[] } {
  const work = openWork(state, event.now, event.wall);
  take(work, event);
  coordinate(work);
  changeMembers(work);
  act(work);
  reportIfDue(work);
  announceShutdown(work);
  compactIfDue(work);
  if (work.node.cluster.revision !== state.cluster.revision) work.effects.push({ type: 'changed' });
  return { state: work.node, effects: work.effects };
}

function take(work: Work, event: NodeEvent): void {
  switch (event.type) {
    case 'tick':
      return runRaft(work, { kind: 'tick', now: event.now });
    case 'received':
      return receive(work, event);
    case 'raftPersisted':
      return runRaft(work, { kind: 'persisted', now: event.now, ticket: event.ticket });
    case 'memberPersisted':
      return updateMember(work, (member) =>
        member.writing?.ticket === event.ticket
          ? { ...member, record: member.writing.record, writing: null }
          : member,
      );
    case 'observed':
      return onObserved(work, event);
    case 'hostObserved':
      return onHost(work, event);
    case 'actionEnded':
      return onActionEnded(work, event);
    case 'actionProgress':
      return onActionProgress(work, event);
    case 'operator':
      return onOperator(work, event.request);
    case 'gap':
      return onGap(work, event.ms);
    case 'shutdown':
      work.node = { ...work.node, stopping: true };
      return updateMember(work, (member) => ({ ...member, shutdown: event.mode }));
    default:
      return assertNever(event, 'node event');
  }
}

function receive(work: Work, event: Extract<NodeEvent, { type: 'received' }>): void {
  const { message } = event;
  switch (message.kind) {
    case 'raft':
      return runRaft(work, { kind: 'receive', now: event.now, message: message.message });
    case 'report':
      if (tellRetired(work, event.from)) return;
      storeReport(work, message.report);
      return tellMembers(work, message.report);
    case 'proposal':
      return handleProposal(work, message.command);
    case 'retired':
      return retire(work, message.index);
    case 'members':
      return onMembers(work, message);
    default:
      return assertNever(message, 'peer message');
  }
}

function retire(work: Work, index: LogIndex): void {
  if (work.node.raft.retired !== null) return;
  decided(work, 'retired', { index });
  runRaft(work, { kind: 'retire', now: work.now, index });
  updateMember(work, (member) => ({ ...member, retired: index }));
}

function onHost(work: Work, { host }: Extract<NodeEvent, { type: 'hostObserved' }>): void {
  const before = work.node.member?.host;
  if (before !== undefined && isSameView(before, host)) return;
  updateMember(work, (member) => ({ ...member, host }));
  if (before === undefined || before.vip === host.vip) return;
  decided(work, host.vip ? 'vip-acquired' : 'vip-released', { fencing: host.fencing });
}

function isSameView(a: HostView, b: HostView): boolean {
  return (
    a.fencing === b.fencing &&
    a.vip === b.vip &&
    a.vipMs === b.vipMs &&
    a.open === b.open &&
    a.vipUnsure === b.vipUnsure &&
    a.vipTrouble === b.vipTrouble &&
    a.watchdog?.state === b.watchdog?.state &&
    a.watchdog?.firesAt === b.watchdog?.firesAt &&
    a.vips.length === b.vips.length &&
    a.vips.every(({ address, held }, place) => {
      const other = b.vips[place];
      return other?.address === address && other.held === held;
    })
  );
}

export function runRaft(work: Work, event: RaftEvent<Command, ClusterState>): void {
  const stepped = stepRaft(work.node.raft, event);
  work.node = { ...work.node, raft: stepped.state };
  carryOut(work, stepped.effects);
}

function compactIfDue(work: Work): void {
  const { raft, cluster } = work.node;
  if (!shouldCompact(raft)) return;
  runRaft(work, { kind: 'compact', now: work.now, index: raft.applied, machine: cluster });
}
