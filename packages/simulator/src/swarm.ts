import { TIMING_PRESETS } from '@mha4rdb/core';
import { seededRandom, type SeededRandom } from '@mha4rdb/kernel';
import { DRAWN_APART, FAULTS, MEMBERSHIP_FAULTS, WORK_FAULTS, type FaultKind } from './fault.js';
import { CALM, type NetworkWeather } from './network.js';
import { membersOf, type Mode, type SimulationOptions } from './options.js';

const USUAL = FAULTS.filter((kind) => !DRAWN_APART.includes(kind));

const PLANNED: readonly FaultKind[] = ['switchover', 'agent-restart', 'pause'];

/** A slow flush holds a switchover up until it is cancelled; a crash in a hand-over needs a hand-over. */
const BESIDE_PLANNED: readonly FaultKind[] = [
  ...USUAL,
  ...Array<FaultKind>(6).fill('slow-database-disk'),
  ...Array<FaultKind>(6).fill('crash-in-step'),
];

/**
 * Draws what a run is about from its seed: first WHICH faults are enabled at all, then how often they
 * come. Runs with few kinds of faults get deeper than runs in which everything fails at once.
 */
export function drawOptions(seed: number, mode: Mode | null): SimulationOptions {
  const random = seededRandom(seed).fork('options');
  const drawn = random.pick<Mode>(['dual', 'dual', 'three', 'three', 'three', 'five', 'single']);
  const fraction = random.pick([0.1, 0.2, 0.4]);
  const some = USUAL.filter(() => random.chance(fraction));
  // Planned work needs a cluster that is whole for a while: beside it only one thing fails.
  const faults = random.chance(0.2) ? [...PLANNED, random.pick(BESIDE_PLANNED)] : some;
  const timing = TIMING_PRESETS[random.pick(['balanced', 'balanced', 'fast', 'relaxed'] as const)];
  // Slow grants are given more time, so that as much happens; long calm runs are cheap.
  const slowness = Math.max(1, timing.grant / TIMING_PRESETS.balanced.grant);
  const membership = drawMembership(seed);
  const work = drawWork(seed);
  return {
    seed,
    members: membersOf(mode ?? drawn),
    timing,
    durability: {
      mode: random.pick(['majority', 'majority', 'majority', 'all', 'async'] as const),
      degrade: random.chance(0.5),
    },
    weather: drawWeather(random),
    faults: [
      ...(faults.length > 0 ? faults : [random.pick<FaultKind>(USUAL)]),
      ...membership,
      ...work,
    ],
    faultEveryMs: slowness * random.pick([1500, 3000, 8000, 20_000]),
    script: [],
    faultyMs: slowness * random.pick([40_000, 40_000, 80_000, 80_000, 80_000, 300_000]),
    // Which members a core must consist of is only clear while their list stands, and all take part.
    liveness: random.chance(0.25) && membership.length + work.length === 0,
  };
}

/** One run in three changes its members; from a stream of its own. */
function drawMembership(seed: number): readonly FaultKind[] {
  const random = seededRandom(seed).fork('membership');
  if (!random.chance(1 / 3)) return [];
  return random.pick([MEMBERSHIP_FAULTS, MEMBERSHIP_FAULTS, ['raft-loss']]);
}

/** In one run in four an operator works on members; from a stream of its own. */
function drawWork(seed: number): readonly FaultKind[] {
  return seededRandom(seed)
    .fork('work')
    .chance(1 / 4)
    ? WORK_FAULTS
    : [];
}

function drawWeather(random: SeededRandom): NetworkWeather {
  if (random.chance(0.4)) return CALM;
  return {
    delayMs: random.pick([0.3, 1, 5]),
    slowChance: random.pick([0, 0.01, 0.05]),
    slowMs: random.pick([20, 200, 800]),
    loss: random.pick([0, 0.005, 0.05]),
    duplication: random.pick([0, 0.05, 0.2]),
  };
}
