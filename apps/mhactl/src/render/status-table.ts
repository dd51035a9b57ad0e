import type { ClusterStatus, DataMemberStatus, MemberStatus } from '@mha4rdb/client';
import { table } from './table.js';
import {
  bytesText,
  millisecondsText,
  NOTHING,
  orNothing,
  stateText,
  timeText,
  verdictText,
} from './words.js';

const HEAD = ['MEMBER', 'ROLE', 'STATE', 'HEALTH', 'LAG', 'SYNC', 'GRANT', 'FENCING', 'DATABASE'];
const WIDE_HEAD = ['WATCHDOG', 'TIMELINE', 'POSITION', 'ADDRESS', 'REPORT', 'SINCE'];

export function statusTable(status: ClusterStatus, wide: boolean): string {
  const head = wide ? [...HEAD, ...WIDE_HEAD] : HEAD;
  const rows = status.members.map((member) => [
    ...rowOf(member),
    ...(wide ? wideCellsOf(member) : []),
  ]);
  return `${heading(status)}\n\n${table(head, rows)}`;
}

function heading(status: ClusterStatus): string {
  const { durability, primary, coordinator, epoch, term } = status;
  const rule =
    durability.acks === 0
      ? ': the primary alone holds a commit'
      : `: each commit is held by ${durability.acks} of ${durability.electable.join(', ')}`;
  const vips = status.vip.map(
    ({ address, holder, observed }) =>
      `${address} ${holder === null ? 'held by nobody' : `on ${holder}${observed ? '' : ' (not seen there)'}`}`,
  );
  const lines: (readonly [string, string])[] = [
    ['Cluster', `${status.cluster} (${status.mode}), ${verdictText(status.verdict)}`],
    ['Primary', `${primary ?? 'none'} (epoch ${epoch})${status.paused ? ', PAUSED' : ''}`],
    ...scheduledLine(status),
    ['Failover', status.failoverReady ? 'ready' : 'not ready'],
    ['Coordinator', `${coordinator ?? 'none'} (term ${term})`],
    ['Durability', `${durability.mode}${epoch === 0 ? '' : rule}`],
    ['VIP', vips.length === 0 ? 'none' : vips.join('; ')],
    ['Answered by', `${status.answeredBy}${status.stale ? ', which has LOST the others' : ''}`],
    ...status.reasons.map((reason) => ['Reason', reason] as const),
  ];
  return lines.map(([name, value]) => `${`${name}:`.padEnd(13)} ${value}`).join('\n');
}

function scheduledLine({ scheduled }: ClusterStatus): (readonly [string, string])[] {
  if (scheduled === null) return [];
  const to = scheduled.to ?? 'the best candidate';
  return [['Planned', `switchover to ${to} at ${timeText(scheduled.at)} (${scheduled.id})`]];
}

function rowOf(member: MemberStatus): readonly string[] {
  const { id, role, state, health } = member;
  const common = [id, role, stateOf(member), health];
  if (member.role === 'arbiter') return [...common, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING];
  return [
    ...common,
    state === 'primary' ? NOTHING : lagOf(member),
    state === 'primary' ? NOTHING : member.sync ? 'yes' : 'no',
    millisecondsText(member.grantMs),
    member.fencing,
    member.database,
  ];
}

/** With how far it is, where it says so: `cloning 42 %`. */
function stateOf(member: MemberStatus): string {
  const percent = member.role === 'data' ? (member.progress?.percent ?? null) : null;
  return percent === null
    ? stateText(member.state)
    : `${stateText(member.state)} ${String(percent)} %`;
}

/** In bytes, and in time where there is any. */
function lagOf({ lagBytes, lagMs }: DataMemberStatus): string {
  const bytes = bytesText(lagBytes);
  return lagMs === null || lagMs === 0 ? bytes : `${bytes}, ${millisecondsText(lagMs)}`;
}

const NO_DATA = { timeline: null, position: null, watchdog: null, watchdogMs: null };

/** `armed 1.8 s`: so long at most until it resets the host. */
function watchdogText({
  watchdog,
  watchdogMs,
}: Pick<DataMemberStatus, 'watchdog' | 'watchdogMs'>): string {
  const left = watchdogMs === null ? '' : ` ${millisecondsText(watchdogMs)}`;
  return watchdog === null ? NOTHING : `${watchdog}${left}`;
}

function wideCellsOf(member: MemberStatus): readonly string[] {
  const data = member.role === 'data' ? member : NO_DATA;
  return [
    watchdogText(data),
    orNothing(data.timeline),
    orNothing(data.position),
    orNothing(member.address),
    member.reportAgeMs === null ? 'never' : `${millisecondsText(member.reportAgeMs)} ago`,
    timeText(member.since),
  ];
}
