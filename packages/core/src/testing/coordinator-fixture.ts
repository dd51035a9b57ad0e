import { incarnationOf, instantOf, lifeOf, logIndexOf, termOf, type NodeId } from '@mha4rdb/kernel';
import type { DatabaseObservation } from '@mha4rdb/kernel';
import type { ClusterState } from '../cluster/state.js';
import type { Situation } from '../coordinator/decide.js';
import type { CoordinatorView, ReportsById } from '../coordinator/view.js';
import { TIMING_PRESETS } from '../lease/timing.js';
import type { MemberReport } from '../member/report.js';
import { n1 } from './cluster-fixture.js';

/** A standby that answers, sealed or not. */
export const STANDBY: DatabaseObservation = {
  directory: { kind: 'present', systemId: 's' },
  process: 'running',
  role: 'standby',
  works: true,
  upstream: null,
  receiving: false,
};

/** A report of `node` in its first life, about a healthy standby where nothing else is said. */
export function report(node: NodeId, change: Partial<MemberReport> = {}): MemberReport {
  return {
    node,
    incarnation: incarnationOf(1),
    life: lifeOf(0),
    seq: 1,
    database: STANDBY,
    sealedFor: logIndexOf(0),
    sealedAt: null,
    promise: logIndexOf(0),
    action: null,
    progress: null,
    rejoin: null,
    trouble: null,
    fencing: 'port',
    vip: false,
    vips: [],
    open: false,
    grantMs: 0,
    attached: [],
    waitsFor: null,
    ...change,
  };
}

/** The reports as if all of them had come at `at`. */
export function received(reports: readonly MemberReport[], at: number): ReportsById<MemberReport> {
  return Object.fromEntries(
    reports.map((one) => [
      one.node,
      { report: one, receivedAt: instantOf(at), receivedWall: at, sinceWall: at },
    ]),
  );
}

interface Given {
  readonly state: ClusterState;
  readonly now: number;
  readonly reports?: readonly MemberReport[];
  /** When the reports came; now, if it is not said. */
  readonly receivedAt?: number;
  readonly view?: Partial<CoordinatorView>;
}

/** What n1 sees as coordinator of term 4, which knows of no grant where nothing is said. */
export function situation(given: Given): Situation {
  const { state, now, reports = [], receivedAt = now, view } = given;
  return {
    me: n1,
    term: termOf(4),
    state,
    view: {
      term: termOf(4),
      grantor: { outstanding: [], inheritedUntil: instantOf(0), lastRenewalAt: null },
      phaseSince: instantOf(0),
      evidenceSince: null,
      electMs: 0,
      switchoverSince: null,
      workSince: null,
      early: null,
      lastSignAt: null,
      awaiting: logIndexOf(0),
      transferAt: null,
      ...view,
    },
    reports: received(reports, receivedAt),
    timing: TIMING_PRESETS.balanced,
    now: instantOf(now),
    wall: 77,
    nonce: 'fresh',
  };
}
