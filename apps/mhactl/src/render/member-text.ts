import type { ActionProgress, ClusterStatus, MemberStatus } from '@mha4rdb/client';
import { table } from './table.js';
import { bytesText, NOTHING, stateText } from './words.js';

/** How far the admission of a member is, in a few words for a person who waits. */
export function admissionStep(status: ClusterStatus, id: string): string {
  const member = status.members.find((one) => one.id === id);
  if (member === undefined) return `${id}: being entered into the list`;
  if (member.voting === 'none') {
    return member.reachable
      ? `${id}: has been heard of; it joins as a learner next`
      : `${id}: on the list; waiting for its program at ${member.address}`;
  }
  if (member.standing === 'full' && member.voting === 'voter') return `${id}: voter`;
  return `${id}: ${member.voting}, ${stepOf(member)}`;
}

function stepOf(member: MemberStatus): string {
  if (!member.reachable) return 'not within reach';
  switch (member.state) {
    case 'arbiter':
      return 'joined';
    case 'cloning':
    case 'rewinding':
      return `${member.state}${member.role === 'data' ? progressText(member.progress) : ''}`;
    case 'standby':
      return member.role === 'data' && member.lagBytes !== null
        ? `streaming (${bytesText(member.lagBytes)} behind)`.replace('(0 B behind)', '(caught up)')
        : 'streaming';
    default:
      return member.health === 'ok' ? member.state : `${member.state} (${member.health})`;
  }
}

/** ` (42 %, 1.2 GB of 2.9 GB)`; nothing while nothing is counted. */
function progressText(progress: ActionProgress | null): string {
  if (progress?.percent == null) return '';
  const { percent, bytesDone, bytesTotal } = progress;
  return ` (${String(percent)} %, ${bytesText(bytesDone)} of ${bytesText(bytesTotal)})`;
}

/** Who is away now, while servers restart or are copied anew. */
export function workStep({ members }: ClusterStatus): string {
  const away = members.filter(({ state }) => !AT_REST.includes(state));
  if (away.length === 0) return 'all members are in their places';
  return away.map((member) => `${member.id}: ${stepOf(member)}`).join('; ');
}

const AT_REST: readonly MemberStatus['state'][] = ['primary', 'standby', 'arbiter', 'maintenance'];

export function removalStep(status: ClusterStatus, id: string): string {
  const member = status.members.find((one) => one.id === id);
  if (member === undefined) return `${id}: gone`;
  const counted = status.durability.electable.includes(id);
  return counted ? `${id}: commits still count on it` : `${id}: leaving`;
}

const HEAD = ['MEMBER', 'ROLE', 'ADDRESS', 'DATABASE', 'VOTING', 'STANDING', 'LIMITS', 'STATE'];

export function memberTable(members: readonly MemberStatus[]): string {
  return table(
    HEAD,
    members.map((member) => [
      member.id,
      member.role,
      member.address,
      member.role === 'data' ? member.database : NOTHING,
      member.voting,
      member.standing,
      limitsText(member),
      stateText(member.state),
    ]),
  );
}

/** What an operator keeps a member from, and what it is preferred by. */
function limitsText(member: MemberStatus): string {
  if (member.role === 'arbiter') return NOTHING;
  const limits = [
    member.priority > 0 ? `priority ${member.priority}` : '',
    member.noFailover ? 'no failover' : '',
    member.noSync ? 'no sync' : '',
  ].filter((limit) => limit !== '');
  return limits.length === 0 ? NOTHING : limits.join(', ');
}
