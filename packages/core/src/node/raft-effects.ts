import { assertNever, nodeOfVoter, type NodeId } from '@mha4rdb/kernel';
import { applyCommand } from '../cluster/apply.js';
import type { Command } from '../cluster/command.js';
import type { ClusterState } from '../cluster/state.js';
import { coordinatorAtTermStart, noteApplied } from '../coordinator/view.js';
import { afterRenewal } from '../lease/holder.js';
import type { RaftEffect } from '../raft/effect.js';
import type { LogEntry } from '../raft/entry.js';
import { lastIndex } from '../raft/queries.js';
import { publishedEvents } from './publish.js';
import { logApplied } from './log-applied.js';
import { decided, send, updateMember, type Work } from './work.js';

/** Turns consensus' effects into the node's: what was committed is applied here, once, in order. */
export function carryOut(work: Work, effects: readonly RaftEffect<Command, ClusterState>[]): void {
  for (const effect of effects) {
    switch (effect.kind) {
      case 'persist':
        work.effects.push({ type: 'persistRaft', persist: effect });
        break;
      case 'send':
        send(work, nodeOfVoter(effect.message.to), { kind: 'raft', message: effect.message });
        break;
      case 'apply':
        for (const entry of effect.entries) applyEntry(work, entry);
        break;
      case 'restoreSnapshot':
        work.node = { ...work.node, cluster: effect.snapshot.machine };
        break;
      case 'roleChanged':
        changeRole(work, effect);
        break;
      default:
        assertNever(effect, 'raft effect');
    }
  }
}

function applyEntry(work: Work, entry: LogEntry<Command>): void {
  if (entry.payload.kind !== 'command') return;
  const { command } = entry.payload;
  const before = work.node.cluster;
  const { state: after, refused } = applyCommand(before, command, entry);
  logApplied(work, command, before, after, refused);
  if (refused !== null) return;
  work.node = { ...work.node, cluster: after };
  if (command.type === 'RemoveMember') forgetReports(work, command.member);
  if (command.type === 'SetMaintenance') noteState(work, command.member);
  for (const event of publishedEvents(command, before, after, entry.index)) {
    work.effects.push({ type: 'published', event });
  }
  const { coordinator } = work.node;
  if (coordinator !== null) {
    const view = noteApplied(coordinator, command, before, after, work.now);
    work.node = { ...work.node, coordinator: view };
  }
  if (command.type === 'RenewGrant' || command.type === 'KeepGrant') {
    // Stamps of a former life are on another clock: they never become a grant of this one.
    updateMember(work, (member) =>
      command.holder === member.me &&
      command.incarnation === member.incarnation &&
      (member.wokeAt === null || command.sendStamp >= member.wokeAt)
        ? { ...member, grant: afterRenewal(member.grant, command, after.grantMs) }
        : member,
    );
  }
}

/** Its state is another one from now on, though it reports the same. */
function noteState(work: Work, member: NodeId): void {
  const received = work.node.reports[member];
  if (received === undefined) return;
  const noted = { ...received, sinceWall: work.wall };
  work.node = { ...work.node, reports: { ...work.node.reports, [member]: noted } };
}

function forgetReports(work: Work, member: NodeId): void {
  const { [member]: _, ...reports } = work.node.reports;
  work.node = { ...work.node, reports };
}

function changeRole(
  work: Work,
  change: Extract<RaftEffect<Command, ClusterState>, { kind: 'roleChanged' }>,
): void {
  const { node } = work;
  const leads = change.role === 'leader';
  if (!leads) {
    work.node = { ...node, coordinator: null, why: null, changing: null };
    if (change.leader !== null)
      decided(work, 'following', {
        term: change.term,
        coordinator: nodeOfVoter(change.leader),
      });
    return;
  }
  if (node.coordinator?.term === change.term) return;
  const longest = longestKeep(node.raft.log.entries);
  const awaiting = lastIndex(node.raft);
  work.node = {
    ...node,
    coordinator: coordinatorAtTermStart(node.cluster, change.term, longest, awaiting, work.now),
  };
  decided(work, 'elected', { term: change.term });
}

/** A longer grant may stand in the log and not be applied yet (protocol §4: counted as outstanding). */
function longestKeep(entries: readonly LogEntry<Command>[]): number {
  return entries.reduce(
    (longest, { payload }) =>
      payload.kind === 'command' && payload.command.type === 'KeepGrant'
        ? Math.max(longest, payload.command.maxMs)
        : longest,
    0,
  );
}
