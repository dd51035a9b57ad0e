import { TIMING_PRESETS } from '@mha4rdb/core';
import { FAULTS } from './fault.js';
import { CALM } from './network.js';
import { MODES } from './options.js';
import { regressionSeeds } from './regression-seeds.js';
import { simulate, type SimulationResult } from './run.js';
import { drawOptions } from './swarm.js';

/** What a failing run says: enough to run it again. */
function verdict({ options, violation, lines }: SimulationResult): string {
  if (violation === null) return 'all promises kept';
  return `${lines.slice(-40).join('\n')}\nseed ${options.seed}: ${violation.invariant}: ${violation.detail}`;
}

/**
 * Goal: no promise of protocol §12 is broken in any run, and a healed cluster serves and becomes
 * whole. Method: every event of seeded runs of the real core is followed by all checks. The command
 * `simulate` runs more of them.
 */
describe('a simulated cluster keeps its promises', () => {
  it.each(regressionSeeds())('under what once broke it (seed %i)', (seed) => {
    expect(verdict(simulate(drawOptions(seed, null)))).toBe('all promises kept');
  });

  it.each(MODES)('in mode %s', (mode) => {
    const options = { ...drawOptions(4242, mode), faultyMs: 20_000 };
    expect(verdict(simulate(options))).toBe('all promises kept');
  });
});

it('runs the same way twice from the same seed, and another way from another', () => {
  const options = { ...drawOptions(5, 'dual'), faultyMs: 20_000 };
  const first = simulate(options);
  expect(simulate(options).fingerprint).toBe(first.fingerprint);
  expect(simulate({ ...options, seed: 6 }).fingerprint).not.toBe(first.fingerprint);
});

/**
 * Goal: runs meet failovers and rejoins, and write in every epoch. Method: seed after seed until all of it
 * happened; which seed meets what changes with everything that is drawn, that a few of them meet all does not.
 */
it('meets what it is there to meet: failover, rejoin, writes in every epoch', () => {
  const missing = new Set([
    'confirmed',
    'another member appointed',
    'rule: more',
    'action rewind done',
  ]);
  let acknowledged = 0;
  for (let seed = 1; seed <= 6 && missing.size > 0; seed++) {
    const result = simulate({
      ...drawOptions(seed, 'three'),
      timing: TIMING_PRESETS.balanced,
      durability: { mode: 'majority', degrade: true },
      faults: ['power-loss', 'database-crash', 'agent-crash'],
      faultEveryMs: 8000,
      faultyMs: 80_000,
    });
    for (const situation of result.coverage.counts.keys()) missing.delete(situation);
    acknowledged += result.acknowledged;
  }
  expect([...missing]).toEqual([]);
  expect(acknowledged).toBeGreaterThan(500);
});

it('runs the same way again from the faults that it recorded, and looking at it changes nothing', () => {
  const options = {
    ...drawOptions(11, 'three'),
    faults: [...FAULTS],
    faultEveryMs: 3000,
    faultyMs: 30_000,
  };
  const first = simulate(options);
  expect(first.injected.length).toBeGreaterThan(20);
  const again = simulate({ ...options, faults: [], script: first.injected }, { recorded: true });
  expect(again.fingerprint).toBe(first.fingerprint);
  expect(again.injected).toEqual(first.injected);
  expect(again.record?.events.length).toBeGreaterThan(100);
});

it('plays a script: the primary loses its power at a given time, another serves, and it comes back', () => {
  const { record, violation } = simulate(
    {
      ...drawOptions(1, 'three'),
      timing: TIMING_PRESETS.balanced,
      durability: { mode: 'majority', degrade: true },
      weather: CALM,
      faults: [],
      script: [{ atMs: 15_000, fault: 'power-loss', member: 'primary', forMs: 10_000 }],
      faultyMs: 40_000,
    },
    { recorded: true },
  );
  expect(violation).toBeNull();
  const events = record?.events ?? [];
  const lost = events.find(({ kind, at }) => kind === 'fault' && at === 15_000);
  const servers = events.flatMap((event) =>
    event.kind === 'acknowledged' ? [{ at: event.at, member: event.member }] : [],
  );
  const before = servers.filter(({ at }) => at < 15_000).at(-1);
  const after = servers.find(({ at }) => at > 15_000);
  expect(lost).toMatchObject({ member: before?.member });
  expect(after?.member).not.toBe(before?.member);
  expect((after?.at ?? Infinity) - 15_000).toBeLessThan(5000);
});
