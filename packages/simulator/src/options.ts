import type { DurabilitySettings, Member, Timing } from '@mha4rdb/core';
import { nodeIdOf } from '@mha4rdb/kernel';
import type { FaultKind, ScriptedFault } from './fault.js';
import type { NetworkWeather } from './network.js';

export const MODES = ['single', 'dual', 'three', 'five'] as const;
export type Mode = (typeof MODES)[number];

/** Everything that decides a run, as plain data. The same options give the same run. */
export interface SimulationOptions {
  readonly seed: number;
  readonly members: readonly Member[];
  readonly timing: Timing;
  readonly durability: DurabilitySettings;
  readonly weather: NetworkWeather;
  /** What is drawn at random times. */
  readonly faults: readonly FaultKind[];
  /** Mean time between two drawn faults of one kind, in milliseconds. */
  readonly faultEveryMs: number;
  /** What comes at given times, besides. */
  readonly script: readonly ScriptedFault[];
  /** How long faults are injected; then everything heals, or only a core of the members. */
  readonly faultyMs: number;
  /**
   * Liveness mode: after `faultyMs` a majority that can give evidence heals for good. The others stay
   * as they are, or go on failing, and the network between them and the core stays cut for good.
   */
  readonly liveness: boolean;
  /** Clients write on at their pace when nothing happens: for measuring how long writes pause. */
  readonly steadyClients?: boolean;
}

const SHAPES: Readonly<Record<Mode, { readonly data: number; readonly arbiters: number }>> = {
  single: { data: 1, arbiters: 0 },
  dual: { data: 2, arbiters: 1 },
  three: { data: 3, arbiters: 0 },
  five: { data: 5, arbiters: 0 },
};

/** The members of a usual shape: data members `n1`…, arbiters `a1`…. */
export function membersOf(mode: Mode): readonly Member[] {
  const { data, arbiters } = SHAPES[mode];
  return [
    ...Array.from({ length: data }, (_, index) => simulatedMember(`n${index + 1}`, 'data')),
    ...Array.from({ length: arbiters }, (_, index) => simulatedMember(`a${index + 1}`, 'arbiter')),
  ];
}

/** A member as the core wants it; its addresses are only names here. */
export function simulatedMember(id: string, role: Member['role'], priority = 0): Member {
  return {
    id: nodeIdOf(id),
    role,
    address: `${id}:7400`,
    ...(role === 'data' ? { database: `${id}:5432` } : {}),
    priority,
  };
}
