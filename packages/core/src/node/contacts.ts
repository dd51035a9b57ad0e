import { LIMITS, type LogIndex, type NodeId } from '@mha4rdb/kernel';
import { isAdmitted } from '../cluster/identity.js';
import { memberOf } from '../cluster/state.js';
import type { MemberReport } from '../member/report.js';
import type { NodeState } from './state.js';
import { decided, send, type Work } from './work.js';

/** Somebody who takes part, and where. */
export interface Contact {
  readonly id: NodeId;
  /** `HOST:PORT` of its agent or arbiter. */
  readonly address: string;
}

/** Whom a node that joins may turn to besides its configuration, and how new that is. */
export interface Contacts {
  /** Of the replicated state from which the list was read; 0 before the cluster's state is known. */
  readonly revision: LogIndex;
  readonly members: readonly Contact[];
}

/**
 * Answers a member whose life the list does not know yet with the list: its own configuration may be
 * older, and the coordinator that has to admit it not be in there. Said as often as it reports, so that
 * nothing is lost with a message.
 */
export function tellMembers(work: Work, report: MemberReport): void {
  const { cluster, raft } = work.node;
  const { node: id, life } = report;
  if (raft.snapshot === null || memberOf(cluster, id) === undefined) return;
  if (isAdmitted(cluster, id, life)) return;
  const members = cluster.members.map((member) => ({ id: member.id, address: member.address }));
  send(work, id, { kind: 'members', revision: cluster.revision, members });
}

/** Takes the newest list that it was told; of no use any more once the replicated one is here. */
export function onMembers(work: Work, told: Contacts): void {
  const { raft, contacts } = work.node;
  if (raft.snapshot !== null || told.revision <= contacts.revision) return;
  const members = told.members.slice(0, LIMITS.members);
  const changed = listText(members) !== listText(contacts.members);
  work.node = { ...work.node, contacts: { revision: told.revision, members } };
  if (!changed) return;
  decided(work, 'contacts', { members: members.map(({ id }) => id) });
  // Links follow the list.
  work.effects.push({ type: 'changed' });
}

/** Everybody to whom this node reports: the list, and before it is here whom it was told of too. */
export function audienceOf({ cluster, raft, contacts, options }: NodeState): readonly NodeId[] {
  const listed = cluster.members.map(({ id }) => id);
  const told = raft.snapshot === null ? contacts.members.map(({ id }) => id) : [];
  return [...new Set([...listed, ...told])].filter((id) => id !== options.me);
}

function listText(members: readonly Contact[]): string {
  return members.map(({ id, address }) => `${id} ${address}`).join();
}
