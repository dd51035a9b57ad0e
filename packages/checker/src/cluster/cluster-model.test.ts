import { explore } from '../exploration/explore.js';
import type { Vector } from '../exploration/model.js';
import { CLUSTER_BREAKS } from './breaks.js';
import { clusterModel, CLUSTER_PRESETS, type ClusterPreset } from './cluster-models.js';
import type { ClusterModel } from './cluster-model.js';

const still = { clock: () => 0 };
const LIMITS = { states: 100_000, depth: 40, seconds: 1000 };

function presetOf(name: string): ClusterPreset {
  const preset = CLUSTER_PRESETS.find((known) => known.name === name);
  if (preset === undefined) throw new Error(name);
  return preset;
}

/** A preset with the smallest budgets with which a rule that is left out shows. */
function small(
  name: string,
  budgets: ClusterPreset['budgets'],
  leftOut: string | null,
): ClusterModel {
  return clusterModel({ ...presetOf(name), budgets }, leftOut);
}

type Case = readonly [
  leftOut: string,
  preset: string,
  budgets: ClusterPreset['budgets'],
  violation: RegExp,
  steps: number,
];

/** Each with the length of its shortest counterexample. */
const CASES: readonly Case[] = [
  ['no-seal', 'three-sealed', { writes: 1 }, /^NoWriteIsLost: /, 4],
  ['promise-forgotten', 'three-sealed', { writes: 1, hostCrashes: 1 }, /^NoWriteIsLost: /, 9],
  ['evidence-one-short', 'three-failover', { elections: 1, writes: 1 }, /^NoWriteIsLost: /, 9],
  ['target-is-rule', 'three-appointed', { elections: 1 }, /^NoWriteIsLost: /, 8],
  ['no-gate', 'three-promoting', { elections: 1 }, /^NoWriteIsLost: /, 8],
  [
    'late-appointment-applied',
    'three-overtaken',
    { elections: 1, writes: 1 },
    /^NoWriteIsLost: /,
    5,
  ],
  ['no-marker', 'dual-again', { writes: 1 }, /^NoLateAcknowledgement: /, 14],
  [
    'weaken-database-first',
    'dual-degrade',
    { losses: 1, databaseCrashes: 1 },
    /^EnforcedImpliesRecorded: /,
    2,
  ],
  ['no-barrier', 'dual-recover', {}, /^EnforcedImpliesRecorded: /, 4],
  [
    'restart-asserts-recorded',
    'dual-recover',
    { agentCrashes: 1 },
    /^EnforcedImpliesRecorded: /,
    6,
  ],
  ['restart-without-rule', 'dual-degrade', { agentCrashes: 1 }, /^EnforcedImpliesRecorded: /, 1],
  [
    'no-compare-and-set',
    'three-rules',
    { losses: 2, databaseCrashes: 2 },
    /^EnforcedImpliesRecorded: /,
    9,
  ],
  ['late-rule-applied', 'dual-again', {}, /^EnforcedImpliesRecorded: /, 10],
  ['no-wait-for-grants', 'dual-election', { elections: 1 }, /^OnePrimary: /, 17],
];

describe('the models of a cluster have teeth: each finds what happens without a rule', () => {
  it.each(CASES)(
    '%s, in %s',
    (leftOut, preset, budgets, violation, steps) => {
      expect(CLUSTER_BREAKS).toHaveProperty(leftOut);
      const { counterexample } = explore(small(preset, budgets, leftOut), LIMITS, still);
      expect(counterexample?.violation).toMatch(violation);
      expect(counterexample?.steps).toHaveLength(steps);
    },
    120_000,
  );

  it('and there is a case for each rule that can be left out', () => {
    expect(CASES.map(([leftOut]) => leftOut).sort()).toEqual(Object.keys(CLUSTER_BREAKS).sort());
  });

  it.each(CASES)(
    'nothing goes wrong with %s as shipped, in %s with the same budgets',
    (_, preset, budgets) => {
      const limits = { ...LIMITS, states: 5000 };
      expect(explore(small(preset, budgets, null), limits, still).counterexample).toBeNull();
    },
    60_000,
  );
});

describe('the models of a cluster on the shipped code', () => {
  it.each(CLUSTER_PRESETS.map(({ name }) => name))('%s finds nothing wrong', (name) => {
    const model = clusterModel(presetOf(name), null);
    const limits = { ...LIMITS, states: 2000 };
    expect(explore(model, limits, still).counterexample).toBeNull();
  });

  it('a write is acknowledged, and another member takes over, somewhere: the space is not empty', () => {
    const met = new Set<string>();
    for (const budgets of [{ writes: 1 }, { elections: 1 }]) {
      const model = small('dual-election', budgets, null);
      const violation = (state: Vector): null => {
        const { layout, logs } = model.world;
        const { phase, primary } = logs.get(state[layout.log] ?? 0).state;
        met.add(`${phase} ${primary ?? 'nobody'}`);
        if (state[layout.seen] !== 0) met.add('acknowledged');
        return null;
      };
      explore({ ...model, violation }, { ...LIMITS, states: 10_000 }, still);
    }
    const wanted = ['running n1', 'electing n1', 'appointed n2', 'running n2', 'acknowledged'];
    expect([...met]).toEqual(expect.arrayContaining(wanted));
  }, 60_000);
});
