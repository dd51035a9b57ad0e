import type { Command, MemberReport, ReceivedReport, Situation } from '@mha4rdb/core';
import { logIndexOf, type NodeId } from '@mha4rdb/kernel';
import type { ClusterCode } from './code.js';
import { COORDINATOR, FIRST_TERM, TIMING } from './founding.js';
import type { Log } from './log.js';
import { LONG_AGO, NOW } from './timeless-node.js';

/**
 * What the coordinator proposes on this state and these reports: `late` when each of its patiences is
 * over (a grant is nearly over on its clock, an appointment took too long), else at once.
 */
export function decision(
  code: ClusterCode,
  { state, commands }: Log,
  reports: readonly (readonly [NodeId, MemberReport | null])[],
  late: boolean,
): Command | null {
  const since = late ? LONG_AGO : NOW;
  const received = reports.flatMap(([id, report]) =>
    report === null ? [] : [[id, receivedReport(report)] as const],
  );
  const situation: Situation = {
    me: COORDINATOR,
    term: FIRST_TERM,
    state: code.decidedOn(state),
    view: {
      term: FIRST_TERM,
      // Opening is the holder's matter here: `mayOpen` is asked by the model when a renewal comes.
      grantor: { outstanding: [], inheritedUntil: LONG_AGO, lastRenewalAt: LONG_AGO },
      phaseSince: since,
      evidenceSince: null,
      electMs: 0,
      workSince: null,
      switchoverSince: null,
      early: null,
      lastSignAt: null,
      awaiting: logIndexOf(commands.length),
      transferAt: null,
    },
    reports: Object.fromEntries(received),
    timing: TIMING,
    now: NOW,
    wall: 0,
    nonce: '',
  };
  return code.decide(situation).command;
}

function receivedReport(report: MemberReport): ReceivedReport<MemberReport> {
  return { report, receivedAt: NOW, receivedWall: 0, sinceWall: 0 };
}
