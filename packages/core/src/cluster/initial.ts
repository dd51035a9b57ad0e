import { LIMITS, epochOf, incarnationOf, invariant, logIndexOf } from '@mha4rdb/kernel';
import { compareIds } from '../quorum/rule.js';
import type { ClusterSettings, ClusterState, Member } from './state.js';

/** What the first members' configurations agree on; identical on all of them, to the byte. */
export interface Founding {
  readonly name: string;
  readonly members: readonly Member[];
  readonly settings: ClusterSettings;
  readonly grantMs: number;
}

/** The state before any command: phase forming, nobody primary. */
export function initialClusterState(founding: Founding): ClusterState {
  invariant(founding.members.length <= LIMITS.members, 'limits', 'too many members');
  return {
    name: founding.name,
    clusterId: null,
    systemId: null,
    members: [...founding.members].sort((a, b) => compareIds(a.id, b.id)),
    removed: [],
    settings: founding.settings,
    phase: 'forming',
    origin: null,
    election: null,
    epoch: epochOf(0),
    primary: null,
    incarnation: incarnationOf(0),
    grantMs: founding.grantMs,
    granted: null,
    target: null,
    confirmed: null,
    lineage: [],
    history: [],
    released: null,
    switchover: null,
    paused: false,
    events: [],
    revision: logIndexOf(0),
  };
}
