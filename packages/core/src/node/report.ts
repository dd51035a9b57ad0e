import { lifeOfVoter, logIndexOf, type NodeId } from '@mha4rdb/kernel';
import { isAdmitted } from '../cluster/identity.js';
import { memberOf } from '../cluster/state.js';
import { isFresh, type ReceivedReport as Received } from '../coordinator/view.js';
import { lacksWatchdog } from '../member/fence.js';
import { NO_WATCHDOG, type MemberReport } from '../member/report.js';
import type { MemberState } from '../member/state.js';
import { peersOf } from './contacts.js';
import { memberWord } from './view/member-state.js';
import type { NodeState } from './state.js';
import { send, type Work } from './work.js';

/** Keeps the newest report of each member; a later life replaces an earlier one. */
export function storeReport(work: Work, report: MemberReport): void {
  const before = work.node.reports[report.node];
  // Nobody on the list: a node that was not added, or is not any more.
  const known = memberOf(work.node.cluster, report.node) !== undefined;
  const older =
    before !== undefined && !isForsaken(work, before) && !isNewer(report, before.report);
  if (older || !known) return;
  const received = {
    report,
    receivedAt: work.now,
    receivedWall: work.wall,
    sinceWall: sinceWhen(work, report),
  };
  work.node = { ...work.node, reports: { ...work.node.reports, [report.node]: received } };
}

function isNewer(report: MemberReport, before: MemberReport): boolean {
  return report.incarnation === before.incarnation
    ? report.seq > before.seq
    : report.incarnation > before.incarnation;
}

/**
 * Whoever said this is not on the list under that life and speaks no more: its directory was lost again
 * before it was admitted. The life that the member has now may be a lower one, where its clock went back
 * and nobody whom it asked had heard of the other; it must not be silenced for ever.
 */
function isForsaken({ node, now }: Work, { report, receivedAt }: Received<MemberReport>): boolean {
  return (
    !isAdmitted(node.cluster, report.node, report.life) &&
    !isFresh(receivedAt, now, node.options.timing.heartbeat)
  );
}

/** A member's state began when it was first seen in it. */
function sinceWhen({ node, wall }: Work, report: MemberReport): number {
  const before = node.reports[report.node];
  if (before === undefined) return wall;
  const same = memberWord(node.cluster, before.report) === memberWord(node.cluster, report);
  return same ? before.sinceWall : wall;
}

/** To everybody, each heartbeat and at once on a change: whoever coordinates next knows it already. */
export function reportIfDue(work: Work): void {
  const { node, now } = work;
  const { reported, options } = node;
  if (now - reported.at < options.timing.heartbeat && isUntouched(node)) return;
  const draft = reportOf(work);
  const content = salient(draft);
  const due = now - reported.at >= options.timing.heartbeat || reported.seq === 0;
  if (!due && content === reported.content) {
    work.node = { ...node, reported: { ...reported, of: node.member, why: node.why } };
    return;
  }
  const report = { ...draft, seq: reported.seq + 1 };
  work.node = {
    ...node,
    reported: { seq: report.seq, at: now, content, of: node.member, why: node.why },
  };
  storeReport(work, report);
  if (node.raft.retired !== null) return;
  for (const { id } of peersOf(node)) {
    if (id !== options.me) send(work, id, { kind: 'report', report });
  }
}

/** None of what a report is made of was replaced since the last look: most steps end here. */
function isUntouched({ member, reported, why }: NodeState): boolean {
  const { of, seq } = reported;
  if (seq === 0 || why !== reported.why) return false;
  if (member === null || of === null) return member === of;
  return REPORTED.every((part) => member[part] === of[part]);
}

const REPORTED = [
  'database',
  'sealed',
  'record',
  'running',
  'rejoin',
  'trouble',
  'declined',
  'host',
  'grant',
] as const satisfies readonly (keyof MemberState)[];

function reportOf({ node, now }: Work): MemberReport {
  const { member, options, raft, cluster } = node;
  const base = {
    node: options.me,
    incarnation: options.incarnation,
    life: lifeOfVoter(raft.options.id),
    peers: cluster.members.map(({ id }) => id),
    seq: 0,
    waitsFor: node.why,
  };
  if (member === null) return { ...base, ...NOTHING };
  return {
    ...base,
    database: member.database,
    sealedFor: member.sealed?.election ?? logIndexOf(0),
    sealedAt: member.sealed?.position ?? null,
    promise: member.record.promise,
    action: member.running?.action.kind ?? null,
    progress: member.running?.progress ?? null,
    rejoin: member.rejoin?.epoch === cluster.epoch ? member.rejoin.rung : null,
    trouble: member.trouble ?? (lacksWatchdog(member) ? NO_WATCHDOG : null),
    ...(member.declined !== null &&
      now < member.declined.until && { declines: member.declined.reason }),
    fencing: member.host.fencing,
    vip: member.host.vip,
    vips: member.host.vips,
    ...(member.host.vipTrouble !== undefined && { vipTrouble: member.host.vipTrouble }),
    open: member.host.open,
    ...watchdogOf(member, now),
    grantMs: grantLeftMs(member, now),
    attached: attachedStandbys(member),
  };
}

/** What was given back is over for everybody, whatever its clock would still allow. */
function grantLeftMs({ grant, record }: MemberState, now: number): number {
  if (grant === null || record.released?.epoch === grant.epoch) return 0;
  return Math.max(0, Math.round(grant.end - now));
}

function watchdogOf({ host }: MemberState, now: number): Pick<MemberReport, 'watchdog'> {
  if (host.watchdog === undefined) return {};
  const { state, required, firesAt } = host.watchdog;
  const leftMs = firesAt === null ? null : Math.max(0, Math.round(firesAt - now));
  return { watchdog: { state, required, leftMs } };
}

const NOTHING: Omit<MemberReport, 'node' | 'incarnation' | 'life' | 'peers' | 'seq' | 'waitsFor'> =
  {
    database: null,
    sealedFor: logIndexOf(0),
    sealedAt: null,
    promise: logIndexOf(0),
    action: null,
    progress: null,
    rejoin: null,
    trouble: null,
    fencing: 'none',
    vip: false,
    vips: [],
    open: false,
    grantMs: 0,
    attached: [],
  };

function attachedStandbys({ database }: MemberState): readonly NodeId[] {
  return (database?.standbys ?? [])
    .filter(({ state }) => state === 'streaming')
    .map(({ node }) => node);
}

/** What a coordinator acts on: a change of it is told at once, positions, bytes and times are not. */
function salient(report: MemberReport): string {
  const { database, grantMs, watchdog, progress: _progress, rejoin: _rejoin, ...rest } = report;
  // Only ever compared with itself, several times a heartbeat: the fields stand in the order above.
  return JSON.stringify({
    ...rest,
    granted: grantMs > 0,
    watchdog: watchdog?.state,
    role: database?.role,
    process: database?.process,
    works: database?.works,
    upstream: database?.upstream,
    receiving: database?.receiving,
    directory: database?.directory.kind,
  });
}
