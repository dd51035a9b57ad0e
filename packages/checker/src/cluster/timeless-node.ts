import type { ClusterState, Command, MemberReport, MemberState, NodeState } from '@mha4rdb/core';
import { instantOf, type LogIndex, type Term } from '@mha4rdb/kernel';
import { withoutHistory } from './founding.js';

/**
 * How time is abstracted (docs/model-checker.md): every event happens at `NOW`; proposals are always due, looks
 * always fresh, patience lasts until an event of its own ends it. A grant ends at `GRANT_END` until
 * its own event comes.
 */
export const NOW = instantOf(1_000_000);
export const LONG_AGO = instantOf(0);
export const GRANT_END = instantOf(2_000_000);
const NEVER = instantOf(9_000_000_000);

/** The node with every instant, counter and text for people replaced by one that stands for all. */
export function timelessNode(node: NodeState): NodeState {
  const cluster = withoutHistory(node.cluster);
  return {
    ...node,
    cluster,
    raft: compacted(node.raft, cluster),
    member: node.member === null ? null : timelessMember(node.member),
    reports: {},
    reported: { seq: 0, at: NOW, content: '', of: null, why: null },
    why: null,
  };
}

/** As if the log had been compacted just now: what it held is in the replicated state. */
function compacted(raft: NodeState['raft'], cluster: ClusterState): NodeState['raft'] {
  const { applied, log, configuration, persistence } = raft;
  const term = lastTerm(raft);
  return {
    ...raft,
    log: { ...log, baseIndex: applied, baseTerm: term, entries: [] },
    snapshot: { index: applied, term, configuration: configuration.value, machine: cluster },
    campaignAt: LONG_AGO,
    leaderSince: LONG_AGO,
    electionDeadline: NEVER,
    leaderContactAt: NOW,
    heartbeatDue: NEVER,
    random: 0,
    persistence: { ...persistence, nextTicket: 1 },
  };
}

export function lastTerm({ log }: NodeState['raft']): Term {
  return log.entries.at(-1)?.term ?? log.baseTerm;
}

function timelessMember(member: MemberState): MemberState {
  const { running, gate, appointment, grant, fenced, rejoin, writing } = member;
  return {
    ...member,
    startedAt: NOW,
    writing: writing && { ...writing, ticket: 1 },
    nextTicket: 2,
    observedAt: member.observedAt === null ? null : NOW,
    settledAt: null,
    saidAt: null,
    grant: grant && { ...grant, end: GRANT_END },
    running: running && { ...running, id: 1, startedAt: NOW },
    nextActionId: 2,
    appointment: appointment && { ...appointment, since: NOW },
    gate: gate && { ...gate, confirmedAt: NOW, openedAt: gate.openedAt && NOW, flushed: true },
    fenced: fenced && { ...fenced, reason: '' },
    wish: timelessWish(member.wish),
    streamedAt: {},
    progress: null,
    notReceivingSince: null,
    startingSince: null,
    silentSince: null,
    rejoin: rejoin && { ...rejoin, failures: 0, notBefore: NOW },
    firstStream: null,
    retryAt: null,
    failure: null,
    trouble: null,
    proposedAt: {},
    wokeAt: null,
  };
}

function timelessWish(wish: MemberState['wish']): MemberState['wish'] {
  return 'until' in wish ? { ...wish, until: GRANT_END } : wish;
}

/** What tells one such node from another: the rest is the same in all of a model, or follows. */
export function textOfNode({ member, cluster, raft, options }: NodeState): unknown {
  const { applied, term } = raft;
  return { member, cluster, applied, term, last: lastTerm(raft), life: options.incarnation };
}

/** A command without what is only told to people, so that it is the same whenever it is proposed. */
export function timelessCommand(command: Command): Command {
  const words = { at: 0, reason: '', electMs: 0, promoteMs: 0, sealMs: 0, detectMs: 0 };
  const texts = { evidence: '', candidates: [], sendStamp: NOW };
  const kept = Object.entries({ ...words, ...texts }).filter(([key]) => key in command);
  return { ...command, ...Object.fromEntries(kept) };
}

/** What a coordinator decides on: the rest of a report is for people. */
export function timelessReport(report: MemberReport): MemberReport {
  const { database } = report;
  return {
    ...report,
    seq: 1,
    database: database && {
      directory: database.directory,
      process: database.process,
      role: database.role,
      works: database.works,
    },
    promise: 0 as LogIndex,
    action: null,
    progress: null,
    rejoin: null,
    trouble: null,
    fencing: '',
    vip: false,
    vips: [],
    open: false,
    grantMs: 0,
  };
}
