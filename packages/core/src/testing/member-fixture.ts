import { incarnationOf, instantOf, type DatabaseObservation, type NodeId } from '@mha4rdb/kernel';
import type { ClusterState } from '../cluster/state.js';
import { TIMING_PRESETS } from '../lease/timing.js';
import type { MemberSituation } from '../member/plan.js';
import { initialMemberState, type MemberState } from '../member/state.js';
import { n1 } from './cluster-fixture.js';

/** When the fixtures' members decide. */
export const NOW = 100_000;

/** A primary in service: open to all under the rule of `running()`. */
export const PRIMARY: DatabaseObservation = {
  directory: { kind: 'present', systemId: 's' },
  process: 'running',
  role: 'primary',
  works: true,
  rule: { standbys: ['n2', 'n3'] as readonly string[] as readonly NodeId[], acks: 1 },
  admits: 'all',
  standbys: [],
};

/** A standby that answers, with no upstream. */
export const SEALED: DatabaseObservation = {
  directory: { kind: 'present', systemId: 's' },
  process: 'running',
  role: 'standby',
  works: true,
  replayedLsn: 100,
  drained: true,
  upstream: null,
  receiving: false,
};

export const STOPPED: DatabaseObservation = {
  directory: { kind: 'present', systemId: 's' },
  process: 'stopped',
  role: 'stopped',
  works: false,
};

interface Given {
  readonly cluster: ClusterState;
  readonly database: DatabaseObservation | null;
  readonly me?: NodeId;
  readonly member?: Partial<MemberState>;
  readonly now?: number;
  /** When a coordinator of a majority was last heard; now, if it is not said. */
  readonly contactAt?: number | null;
}

/** A member in its first life that has just looked at its database. */
export function memberSituation(given: Given): MemberSituation {
  const { cluster, database, me = n1, member, now = NOW, contactAt = now } = given;
  return {
    cluster,
    member: {
      ...initialMemberState(me, incarnationOf(1), null, instantOf(0)),
      database,
      observedAt: instantOf(now),
      ...member,
    },
    timing: TIMING_PRESETS.balanced,
    now: instantOf(now),
    wall: 0,
    contactAt: contactAt === null ? null : instantOf(contactAt),
  };
}
