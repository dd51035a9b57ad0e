import type { SimulationOptions } from '../options.js';
import { simulate } from '../run.js';
import { drawOptions } from '../swarm.js';
import type { RunChoices } from './arguments.js';

/** What a thread tells of one seed. */
export interface SeedOutcome {
  readonly seed: number;
  readonly events: number;
  readonly simulatedMs: number;
  readonly acknowledged: number;
  readonly counts: readonly (readonly [string, number])[];
  /** The broken promise, or that two runs differ; null: all is well. */
  readonly failure: string | null;
  /** False: it was given up, so that nothing else is known of it. */
  readonly ended: boolean;
}

/** The options of a seed, as far as nothing else was chosen. */
export function optionsOf(seed: number, choices: RunChoices): SimulationOptions {
  const drawn = drawOptions(seed, choices.mode);
  return {
    ...drawn,
    faults: choices.faults ?? drawn.faults,
    faultEveryMs: choices.everyMs ?? drawn.faultEveryMs,
    faultyMs: choices.faultyMs ?? drawn.faultyMs,
    liveness: choices.liveness || drawn.liveness,
  };
}

export function runSeed(seed: number, choices: RunChoices): SeedOutcome {
  const options = optionsOf(seed, choices);
  const result = simulate(options);
  const { violation, coverage, events, simulatedMs, acknowledged } = result;
  const differs = choices.twice && simulate(options).fingerprint !== result.fingerprint;
  const broken = violation === null ? null : violation.invariant;
  const failure = broken ?? (differs ? 'two runs of one seed differ' : null);
  const counts = [...coverage.counts];
  return { seed, events, simulatedMs, acknowledged, counts, failure, ended: true };
}
