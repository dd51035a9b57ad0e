import type { DurabilitySettings, TimingPreset } from '@mha4rdb/core';
import type { NetworkWeather } from './network.js';

export const MODES = ['single', 'dual', 'three', 'five'] as const;
export type Mode = (typeof MODES)[number];

/** What can go wrong, each by itself; a run has some of them enabled (swarm). */
export const FAULTS = [
  'agent-crash',
  'agent-freeze',
  'database-crash',
  'database-freeze',
  'power-loss',
  'all-power-loss',
  'partition',
  'one-way',
  'client-cut',
  'stream-cut',
  'agent-cut',
  'crash-in-step',
  'crash-in-write',
  'action-failure',
  'slow-disk',
  'switchover',
  'failover',
  'accepted-loss',
  'pause',
  'agent-restart',
] as const;
export type FaultKind = (typeof FAULTS)[number];

/** Everything that decides a run. The same options give the same run. */
export interface SimulationOptions {
  readonly seed: number;
  readonly mode: Mode;
  readonly preset: TimingPreset;
  readonly durability: DurabilitySettings;
  readonly weather: NetworkWeather;
  readonly faults: readonly FaultKind[];
  /** Mean time between two faults of one kind, in milliseconds. */
  readonly faultEveryMs: number;
  /** How long faults are injected; then everything heals. */
  readonly faultyMs: number;
}
