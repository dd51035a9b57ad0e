import { CALM, simulate, type SimulationOptions, type SimulationResult } from '@mha4rdb/simulator';
import type { Setup } from './read-config.js';
import type { SimulationRequest } from './request.js';
import { scenesOf, type Scene } from './scene.js';

/** One run of a configuration with its faults. */
export interface Play {
  readonly seed: number;
  readonly scenes: readonly Scene[];
  readonly result: SimulationResult;
}

/** Until then every agent has started: what comes later differs by the script alone. */
const ALL_STARTED_MS = 1000;
/** So much healthy time comes before the first fault. */
const HEALTHY_MS = 3000;

/**
 * Lets a cluster with this configuration form, waits until it is whole, and lets the faults come. The
 * run ends when everything is mended and whole again. The same seed gives the same run.
 */
export function play(request: SimulationRequest, setup: Setup, seed: number): Play {
  const options: SimulationOptions = {
    seed,
    members: setup.founding.members,
    timing: setup.timing,
    durability: setup.founding.settings.durability,
    weather: { ...CALM, delayMs: request.latencyMs },
    faults: [],
    faultEveryMs: 1000,
    script: [],
    faultyMs: ALL_STARTED_MS,
    liveness: false,
    steadyClients: true,
  };
  const formed = simulate(options);
  if (formed.violation !== null) return { seed, scenes: [], result: formed };
  const scenes = scenesOf(request, setup, formed.simulatedMs + HEALTHY_MS);
  const script = scenes.flatMap((scene) => scene.script);
  const faultyMs = scenes.at(-1)?.endMs ?? ALL_STARTED_MS;
  return { seed, scenes, result: simulate({ ...options, script, faultyMs }, { recorded: true }) };
}
