import { LIMITS, type LogIndex, type NodeId } from '@mha4rdb/kernel';
import { isAdmitted } from '../cluster/identity.js';
import { memberOf, removedOf } from '../cluster/state.js';
import type { MemberReport } from '../member/report.js';
import { compareIds } from '../quorum/rule.js';
import type { NodeState } from './state.js';
import { decided, send, type Work } from './work.js';

/** Somebody who takes part, and where. */
export interface Contact {
  readonly id: NodeId;
  /** `HOST:PORT` of its agent or arbiter. */
  readonly address: string;
}

/** Whom a node may turn to besides its own list, and how new that is. */
export interface Contacts {
  /** Of the replicated state from which the list was read; 0 before the cluster's state is known. */
  readonly revision: LogIndex;
  readonly members: readonly Contact[];
}

/**
 * Answers a member that goes by another list with this one: it joins, and its configuration is older than
 * the cluster; or it was away while members came, and neither hears nor knows the coordinator that would
 * tell it. Said as often as it reports, so that nothing is lost with a message.
 */
export function tellMembers(work: Work, report: MemberReport): void {
  const { cluster, raft } = work.node;
  const { node: id, life, peers } = report;
  if (raft.snapshot === null || memberOf(cluster, id) === undefined) return;
  const isSame =
    peers === undefined || idsText(peers) === idsText(cluster.members.map((one) => one.id));
  if (isSame && isAdmitted(cluster, id, life)) return;
  const members = cluster.members.map((member) => ({ id: member.id, address: member.address }));
  send(work, id, { kind: 'members', revision: cluster.revision, members });
}

/** Takes the newest list that it was told; of no use any more once its own is as new. */
export function onMembers(work: Work, told: Contacts): void {
  const { contacts } = work.node;
  if (told.revision <= contacts.revision || !isBehind(work.node, told)) return;
  const members = told.members.slice(0, LIMITS.members);
  const changed = listText(members) !== listText(contacts.members);
  work.node = { ...work.node, contacts: { revision: told.revision, members } };
  if (!changed) return;
  decided(work, 'contacts', { members: members.map(({ id }) => id) });
  // Links follow the list.
  work.effects.push({ type: 'changed' });
}

/**
 * Whom this node hears, and to whom it reports: its list, whom its own log adds to that, and whom it was
 * told of while its list is older.
 */
export function peersOf(node: NodeState): readonly Contact[] {
  const { cluster, contacts } = node;
  const told = isBehind(node, contacts) ? contacts.members : [];
  const more = [...addedInLog(node), ...told];
  if (more.length === 0) return cluster.members;
  const known = new Map<NodeId, Contact>();
  for (const each of [...cluster.members, ...more]) {
    if (!known.has(each.id)) known.set(each.id, each);
  }
  return [...known.values()];
}

/**
 * Entries that are not applied yet add these: after a restart all since the snapshot. Their votes count from
 * the append on (R46), so that without them nobody may be left to say what is committed.
 */
function addedInLog({ raft: { log, applied } }: NodeState): readonly Contact[] {
  const added: Contact[] = [];
  for (let at = log.entries.length - 1; at >= 0; at--) {
    const entry = log.entries[at];
    if (entry === undefined || entry.index <= applied) break;
    if (entry.payload.kind !== 'command' || entry.payload.command.type !== 'AddMember') continue;
    const { id, address } = entry.payload.command.member;
    added.push({ id, address });
  }
  return added;
}

/** Whose frames this node takes: its peers', and those of who was one, to tell it so (R58). */
export function hears(node: NodeState, from: NodeId): boolean {
  return peersOf(node).some(({ id }) => id === from) || removedOf(node.cluster, from) !== undefined;
}

/** Its own state is older than what was told: the initial one, or that of its last snapshot. */
function isBehind({ cluster, raft }: NodeState, told: Contacts): boolean {
  return raft.snapshot === null || told.revision > cluster.revision;
}

function listText(members: readonly Contact[]): string {
  return members.map(({ id, address }) => `${id} ${address}`).join();
}

function idsText(ids: readonly NodeId[]): string {
  return [...ids].sort(compareIds).join();
}
