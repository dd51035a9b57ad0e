import { nodeIdOf } from '@mha4rdb/kernel';
import type { Script } from '../exploration/script.js';
import type { CheckedModel } from '../run/checked-model.js';
import { CLUSTER_BREAKS } from './breaks.js';
import { ClusterModel, type ClusterBounds } from './cluster-model.js';
import type { Setting } from './founding.js';
import type { Budget } from './layout.js';
import {
  APPOINTED,
  APPOINTED_AGAIN,
  OVERTAKEN,
  PROMOTING,
  SEALED,
  SETTLED,
  SUCCEEDED,
} from './presets.js';

const [N2, N3] = [nodeIdOf('n2'), nodeIdOf('n3')];

/** Two data members and an arbiter. */
export const DUAL: Setting = {
  data: 2,
  durability: { mode: 'majority', degrade: true },
  rule: { standbys: [N2], acks: 1 },
};

/** As `DUAL`, after the primary went on alone: it must come back to one standby. */
export const DUAL_ALONE: Setting = { ...DUAL, rule: { standbys: [], acks: 0 } };

/** Three data members, of which one besides the primary must have each commit. */
export const THREE: Setting = {
  data: 3,
  durability: { mode: 'majority', degrade: false },
  rule: { standbys: [N2, N3], acks: 1 },
};

/** Three data members that all must have each commit, as long as all are there. */
export const THREE_ALL: Setting = {
  data: 3,
  durability: { mode: 'all', degrade: true },
  rule: { standbys: [N2, N3], acks: 2 },
};

const NONE: ClusterBounds['budgets'] = {
  elections: 0,
  expiries: 0,
  agentCrashes: 0,
  hostCrashes: 0,
  databaseCrashes: 0,
  writes: 0,
  losses: 0,
  strays: 0,
};

/** One question, put to one small cluster. */
export interface ClusterPreset {
  readonly name: string;
  readonly about: string;
  readonly setting: Setting;
  readonly script: Script;
  readonly clocks: ClusterBounds['clocks'];
  readonly budgets: Partial<Record<Budget, number>>;
  readonly share: CheckedModel['share'];
}

/** Proposals on their way at once. */
const POOL = 3;

export function clusterModel(preset: ClusterPreset, leftOut: string | null): ClusterModel {
  const { name, about, setting, script, clocks, budgets } = preset;
  const bounds = { budgets: { ...NONE, ...budgets }, clocks, pool: POOL };
  const code = leftOut === null ? undefined : CLUSTER_BREAKS[leftOut];
  return new ClusterModel(name, about, setting, bounds, code, script);
}

/** More than those that end by themselves need; for the others a bound. */
const WHOLE = { test: 250_000, full: 250_000 };
const PART = { test: 90_000, full: 500_000 };

export const CLUSTER_PRESETS: readonly ClusterPreset[] = [
  {
    name: 'dual-election',
    about: 'two data members: an election at any time, and all that follows it',
    setting: DUAL,
    script: SETTLED,
    clocks: 'kept',
    budgets: { elections: 1 },
    share: WHOLE,
  },
  {
    name: 'dual-server-crash',
    about: 'two data members: a server that crashes at any time, released or started again',
    setting: DUAL,
    script: SETTLED,
    clocks: 'kept',
    budgets: { databaseCrashes: 1 },
    share: WHOLE,
  },
  {
    name: 'dual-recover',
    about: 'a primary that is alone takes its standby back; its agent crashes at any step, a write',
    setting: DUAL_ALONE,
    script: [],
    clocks: 'ignored',
    budgets: { agentCrashes: 1, writes: 1 },
    share: WHOLE,
  },
  {
    name: 'dual-failover',
    about: 'two data members: an election at any time, a grant that runs out, a write',
    setting: DUAL,
    script: SETTLED,
    clocks: 'kept',
    budgets: { elections: 1, expiries: 1, writes: 1 },
    share: PART,
  },
  {
    name: 'dual-crashes',
    about:
      'two data members: an election, a late decision, an agent and a host that crash, a write',
    setting: DUAL,
    script: SETTLED,
    clocks: 'ignored',
    budgets: { elections: 1, strays: 1, agentCrashes: 1, hostCrashes: 1, writes: 1 },
    share: PART,
  },
  {
    name: 'dual-release',
    about: 'two data members: a server that crashes, a release in flight, an agent that restarts',
    setting: DUAL,
    script: SETTLED,
    clocks: 'kept',
    budgets: { databaseCrashes: 1, agentCrashes: 1, expiries: 1, writes: 1 },
    share: PART,
  },
  {
    name: 'dual-succeeded',
    about: 'two data members after an appointment: an agent and a host crash in what follows it',
    setting: DUAL,
    script: SUCCEEDED,
    clocks: 'kept',
    budgets: { agentCrashes: 1, hostCrashes: 1, expiries: 1 },
    share: PART,
  },
  {
    name: 'dual-recover-deposed',
    about: 'a primary takes its standby back, and is deposed; its agent crashes, a write',
    setting: DUAL_ALONE,
    script: [],
    clocks: 'ignored',
    budgets: { elections: 1, agentCrashes: 1, writes: 1 },
    share: PART,
  },
  {
    name: 'dual-degrade',
    about: 'a primary gives up its standby, whose server crashed, and takes it back',
    setting: DUAL,
    script: SETTLED,
    clocks: 'ignored',
    budgets: { losses: 1, databaseCrashes: 1, agentCrashes: 1, writes: 1 },
    share: PART,
  },
  {
    name: 'dual-again',
    about: 'the old primary is appointed anew while an older rule of its own is in flight',
    setting: DUAL_ALONE,
    script: APPOINTED_AGAIN,
    clocks: 'ignored',
    budgets: { agentCrashes: 1, elections: 1 },
    share: PART,
  },
  {
    name: 'three-failover',
    about: 'three data members: an election at any time, a write',
    setting: THREE,
    script: SETTLED,
    clocks: 'ignored',
    budgets: { elections: 1, writes: 1 },
    share: PART,
  },
  {
    name: 'three-rules',
    about: 'three data members: standbys given up and taken back, an agent that restarts',
    setting: THREE_ALL,
    script: SETTLED,
    clocks: 'ignored',
    budgets: { losses: 2, databaseCrashes: 2, agentCrashes: 1 },
    share: PART,
  },
  {
    name: 'three-sealed',
    about:
      'three data members, two of them sealed: a write on the old primary, a host that crashes',
    setting: THREE,
    script: SEALED,
    clocks: 'ignored',
    budgets: { writes: 1, hostCrashes: 1 },
    share: PART,
  },
  {
    name: 'three-appointed',
    about: 'three data members, one appointed over another that lacks a write: one more election',
    setting: THREE,
    script: APPOINTED,
    clocks: 'ignored',
    budgets: { elections: 1, agentCrashes: 1 },
    share: PART,
  },
  {
    name: 'three-promoting',
    about: 'three data members, one about to promote what nobody acknowledged: one more election',
    setting: THREE_ALL,
    script: PROMOTING,
    clocks: 'ignored',
    budgets: { elections: 1, hostCrashes: 1 },
    share: PART,
  },
  {
    name: 'three-overtaken',
    about:
      'three data members after two elections: a write, one more election, a host that crashes',
    setting: THREE,
    script: OVERTAKEN,
    clocks: 'ignored',
    budgets: { elections: 1, hostCrashes: 1, writes: 1 },
    share: PART,
  },
];

export const CLUSTER_MODELS: readonly CheckedModel[] = CLUSTER_PRESETS.map((preset) => ({
  name: preset.name,
  share: preset.share,
  breaks: Object.keys(CLUSTER_BREAKS),
  build: (leftOut) => clusterModel(preset, leftOut),
}));
