import { epochOf, incarnationOf, logIndexOf, nodeIdOf, termOf } from '@mha4rdb/kernel';
import type { DatabasePosition, NodeId } from '@mha4rdb/kernel';
import { applyCommand } from '../cluster/apply.js';
import type { Command } from '../cluster/command.js';
import { initialClusterState } from '../cluster/initial.js';
import type { ClusterState, DurabilitySettings } from '../cluster/state.js';
import type { SealedMember } from '../quorum/evidence.js';

export const n1 = nodeIdOf('n1');
export const n2 = nodeIdOf('n2');
export const n3 = nodeIdOf('n3');

/** n1…n`data` with databases, then `arbiters` more without. */
export function founded(
  data = 3,
  arbiters = 0,
  durability: DurabilitySettings = { mode: 'majority', degrade: false },
): ClusterState {
  const ids = Array.from({ length: data + arbiters }, (_, place) => nodeIdOf(`n${place + 1}`));
  return initialClusterState({
    name: 'test',
    grantMs: 2400,
    settings: { durability },
    members: ids.map((id, place) => ({
      id,
      role: place < data ? 'data' : 'arbiter',
      address: `10.0.0.${place + 1}:7400`,
      ...(place < data && { database: `10.0.0.${place + 1}:5432` }),
      priority: 0,
    })),
  });
}

/** Applies commands from index 2 on (a fresh log begins with the snapshot at 1), all in term 1. */
export function applyAll(
  state: ClusterState,
  commands: readonly Command[],
  from = state.revision + 1,
): ClusterState {
  return commands.reduce((before, command, place) => {
    const at = { index: logIndexOf(Math.max(2, from) + place), term: termOf(1) };
    const { state: after, refused } = applyCommand(before, command, at);
    if (refused !== null) throw new Error(`${command.type} was refused: ${refused}`);
    return after;
  }, state);
}

export function form(state: ClusterState, origin: NodeId = n1): Command {
  return {
    type: 'FormCluster',
    clusterId: 'c',
    origin,
    members: state.members,
    settings: state.settings,
    grantMs: state.grantMs,
    at: 0,
  };
}

export function appoint(
  state: ClusterState,
  member: NodeId,
  rule = { standbys: [] as readonly NodeId[], acks: 0 },
  base = position(0, 100),
): Command {
  return {
    type: 'AppointPrimary',
    electionIndex: state.election?.index ?? logIndexOf(0),
    term: termOf(1),
    member,
    incarnation: incarnationOf(1),
    rule,
    base,
    evidence: 'test',
    candidates: [],
    sealMs: 0,
  };
}

export function confirm(state: ClusterState, timeline = 2, switchLsn = 100): Command {
  return {
    type: 'ConfirmPrimary',
    epoch: state.epoch,
    incarnation: state.incarnation,
    rule: state.target?.rule ?? { standbys: [], acks: 0 },
    promotion: { timeline, switchLsn, history: [{ timeline: timeline - 1, switchLsn }] },
    markerLsn: switchLsn + 10,
    systemId: 's',
    electMs: 0,
    promoteMs: 0,
  };
}

export function begin(state: ClusterState): Command {
  return {
    type: 'BeginElection',
    epoch: state.epoch,
    cause: 'grant-expired',
    operation: null,
    preferred: null,
    excluded: [],
    override: null,
    detectMs: 0,
    at: 0,
  };
}

export function release(
  state: ClusterState,
  kind: 'clean' | 'dead',
  end: DatabasePosition | null = null,
): Command {
  return {
    type: 'ReleaseGrant',
    epoch: state.epoch,
    incarnation: state.incarnation,
    kind,
    position: end,
    switchover: null,
    reason: 'test',
    at: 0,
  };
}

/** A cluster in service: `primary` confirmed under `rule`. */
export function running(
  state: ClusterState,
  primary: NodeId = n1,
  rule = { standbys: [n2, n3] as readonly NodeId[], acks: 1 },
): ClusterState {
  const formed = applyAll(state, [form(state, primary)]);
  const appointed = applyAll(formed, [appoint(formed, primary, rule)]);
  return applyAll(appointed, [confirm(appointed)]);
}

export function position(epoch: number, lsn: number, timeline = 1): DatabasePosition {
  return { epoch: epochOf(epoch), lsn, timeline };
}

export function sealed(state: ClusterState, node: NodeId, at: DatabasePosition): SealedMember {
  const election = state.election?.index ?? logIndexOf(0);
  return { node, election, position: at, fit: true, unfitReason: '' };
}
