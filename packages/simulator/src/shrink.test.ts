import { TIMING_PRESETS } from '@mha4rdb/core';
import type * as Core from '@mha4rdb/core';
import { addDuration } from '@mha4rdb/kernel';
import { describeShrunk } from './cli/report.js';
import { simulate, type SimulationResult } from './run.js';
import { shrink } from './shrink.js';
import { drawOptions } from './swarm.js';

type Spoil = (effect: Core.NodeEffect) => Core.NodeEffect;

const sound: Spoil = (effect) => effect;
let mockSpoil: Spoil = sound;

jest.mock('@mha4rdb/core', () => {
  const core = jest.requireActual<typeof Core>('@mha4rdb/core');
  return {
    ...core,
    stepNode: (...given: Parameters<typeof core.stepNode>) => {
      const { state, effects } = core.stepNode(...given);
      return { state, effects: effects.map((effect) => mockSpoil(effect)) };
    },
  };
});

afterEach(() => {
  mockSpoil = sound;
});

/** Its ports stay open for a minute longer than it was granted. */
const overstays: Spoil = (effect) =>
  effect.type === 'fence' && effect.wish.kind === 'open'
    ? { ...effect, wish: { ...effect.wish, until: addDuration(effect.wish.until, 60_000) } }
    : effect;

/** Enough for a failover or two. */
const SHORT = {
  timing: TIMING_PRESETS.fast,
  durability: { mode: 'majority', degrade: false },
  faults: ['agent-freeze', 'power-loss', 'partition', 'agent-crash', 'slow-disk'],
  faultEveryMs: 4000,
  faultyMs: 25_000,
  liveness: false,
} as const;

function firstThatBreaks(promise: string): SimulationResult {
  for (let seed = 1; seed <= 60; seed++) {
    const result = simulate({ ...drawOptions(seed, 'three'), ...SHORT });
    if (result.violation?.invariant === promise) return result;
  }
  throw new Error(`no seed broke "${promise}"`);
}

/**
 * Goal: the checks can fail, and what they find can be read. Method: the real core, of which one
 * effect is spoilt, is run from the first seeds until a promise breaks; the same seed is sound when
 * nothing is spoilt; the run that is left after shrinking breaks the same promise with few faults.
 */
it('finds a core that leaves its ports open after the grant, and shrinks what it found', () => {
  const promise = 'at most one open port';
  mockSpoil = overstays;
  const failing = firstThatBreaks(promise);
  const { result, tried } = shrink(failing, simulate, { runs: 25 });
  expect(result.violation?.invariant).toBe(promise);
  expect(result.injected.length).toBeLessThanOrEqual(4);
  expect(describeShrunk(result, tried).split('\n').length).toBeLessThan(140);
  mockSpoil = sound;
  expect(simulate(failing.options).violation).toBeNull();
}, 240_000);
