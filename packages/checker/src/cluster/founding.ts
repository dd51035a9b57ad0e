import {
  applyCommand,
  initialClusterState,
  TIMING_PRESETS,
  type ClusterState,
  type Command,
  type DurabilitySettings,
  type Founding,
} from '@mha4rdb/core';
import {
  epochOf,
  incarnationOf,
  logIndexOf,
  nodeIdOf,
  termOf,
  type NodeId,
  type SynchronousRule,
} from '@mha4rdb/kernel';

/** Who speaks for the replicated log: the coordinator, whoever that is. */
export const COORDINATOR = nodeIdOf('z');
export const TIMING = TIMING_PRESETS.balanced;
export const CLUSTER = 'checked';
/** The term of every entry that a preset begins with. */
export const FIRST_TERM = termOf(2);
/** The last entry of a preset: the confirmation of its primary. */
export const BASE_INDEX = logIndexOf(4);
/** The appointment of the preset's primary. */
export const BASE_EPOCH = epochOf(3);
export const SYSTEM = 'system-1';

/** What a model of a cluster begins with: data members n1, n2 (and n3), n1 primary. */
export interface Setting {
  readonly data: 2 | 3;
  readonly durability: DurabilitySettings;
  readonly rule: SynchronousRule;
}

export function dataIds({ data }: Setting): readonly NodeId[] {
  return ['n1', 'n2', 'n3'].slice(0, data).map(nodeIdOf);
}

/** Two data members and an arbiter, or three data members. */
export function foundingOf(setting: Setting): Founding {
  const data = dataIds(setting).map((id, place) => ({
    id,
    role: 'data' as const,
    address: `10.0.0.${place + 1}:7400`,
    database: `10.0.0.${place + 1}:5432`,
    priority: 0,
  }));
  const arbiter = {
    id: COORDINATOR,
    role: 'arbiter' as const,
    address: '10.0.0.9:7400',
    priority: 0,
  };
  return {
    name: CLUSTER,
    grantMs: TIMING.grant,
    settings: { durability: setting.durability },
    members: setting.data === 2 ? [...data, arbiter] : data,
  };
}

/** The replicated state after forming, the appointment of n1 and its confirmation. */
export function foundedState(setting: Setting): ClusterState {
  const [primary] = dataIds(setting);
  if (primary === undefined) throw new RangeError('no data member');
  const founding = foundingOf(setting);
  const commands: readonly Command[] = [
    {
      type: 'FormCluster',
      clusterId: 'c',
      origin: primary,
      members: founding.members,
      settings: founding.settings,
      grantMs: founding.grantMs,
      at: 0,
    },
    {
      type: 'AppointPrimary',
      electionIndex: logIndexOf(2),
      term: FIRST_TERM,
      member: primary,
      incarnation: incarnationOf(1),
      rule: setting.rule,
      base: { epoch: epochOf(0), timeline: 1, lsn: 1 },
      evidence: '',
      candidates: [],
      sealMs: 0,
    },
    {
      type: 'ConfirmPrimary',
      epoch: BASE_EPOCH,
      incarnation: incarnationOf(1),
      rule: setting.rule,
      promotion: { timeline: 2, switchLsn: 1, history: [{ timeline: 1, switchLsn: 1 }] },
      markerLsn: 3,
      systemId: SYSTEM,
      electMs: 0,
      promoteMs: 0,
    },
  ];
  return commands.reduce((state, command, place) => {
    const applied = applyCommand(state, command, {
      index: logIndexOf(2 + place),
      term: FIRST_TERM,
    });
    if (applied.refused !== null) throw new RangeError(applied.refused);
    return withoutHistory(applied.state);
  }, initialClusterState(founding));
}

/** The history of events is for people; what is decided does not rest on it. */
export function withoutHistory(state: ClusterState): ClusterState {
  return { ...state, events: [], revision: logIndexOf(0) };
}
