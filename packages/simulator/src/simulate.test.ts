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

it('meets what it is there to meet: failover, rejoin, writes in every epoch', () => {
  const { coverage, acknowledged } = simulate({
    ...drawOptions(1, 'three'),
    preset: 'balanced',
    durability: { mode: 'majority', degrade: true },
    faults: ['power-loss', 'database-crash', 'agent-crash'],
    faultEveryMs: 8000,
    faultyMs: 80_000,
  });
  for (const situation of [
    'confirmed',
    'another member appointed',
    'rule: more',
    'action rewind done',
  ]) {
    expect([situation, coverage.counts.get(situation) ?? 0]).not.toEqual([situation, 0]);
  }
  expect(acknowledged).toBeGreaterThan(500);
});
