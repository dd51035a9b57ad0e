import type { ScriptedFault } from '@mha4rdb/simulator';
import { namedFault, type FaultName, type NamedFault } from './fault-name.js';
import type { Setup } from './read-config.js';
import type { SimulationRequest } from './request.js';

/** Faults that come at one time, and the time that belongs to them. */
export interface Scene {
  readonly faults: readonly FaultName[];
  readonly atMs: number;
  /** When what lasts is mended; null: nothing does. */
  readonly mendedMs: number | null;
  /** When the next scene begins, or the run ends. */
  readonly endMs: number;
  readonly script: readonly ScriptedFault[];
}

/** In grant lengths: a fault lasts until a failover is long over. */
const LASTS_GRANTS = 3;
const LASTS_AT_LEAST_MS = 8000;
/** After it, until everybody follows again: a rewind or a copy, and a rule that is raised. */
const RETURNS_GRANTS = 3;
const RETURNS_AT_LEAST_MS = 12_000;

/** Lays the faults of a request out in time, from `beginMs` on. */
export function scenesOf(
  request: SimulationRequest,
  { timing, config }: Setup,
  beginMs: number,
): readonly Scene[] {
  const lastsMs = request.forMs ?? Math.max(LASTS_AT_LEAST_MS, LASTS_GRANTS * timing.grant);
  const returnsMs = Math.max(RETURNS_AT_LEAST_MS, RETURNS_GRANTS * timing.grant);
  const groups = request.together ? [request.faults] : request.faults.map((fault) => [fault]);
  return groups.map((faults, index) => {
    const atMs = beginMs + index * (lastsMs + returnsMs);
    const lasting = faults.some((fault) => namedFault(fault).lasts);
    return {
      faults,
      atMs,
      mendedMs: lasting ? atMs + lastsMs : null,
      endMs: atMs + lastsMs + returnsMs,
      script: faults.map((fault) => scripted(namedFault(fault), atMs, lastsMs, config.stopMode)),
    };
  });
}

function scripted(
  { kind, target, lasts, side }: NamedFault,
  atMs: number,
  forMs: number,
  stopMode: string,
): ScriptedFault {
  return {
    atMs,
    fault: kind,
    ...(target === undefined ? {} : { member: target }),
    ...(lasts ? { forMs } : {}),
    ...(side === undefined ? {} : { side }),
    ...(kind === 'switchover' ? { to: null } : {}),
    ...(kind === 'agent-restart' ? { detail: stopMode } : {}),
  };
}

/** Why a request cannot be followed with these members; null when it can. */
export function impossible(faults: readonly FaultName[], { founding }: Setup): string | null {
  const data = founding.members.filter(({ role }) => role === 'data').length;
  for (const fault of faults) {
    const { target } = namedFault(fault);
    if (target === 'arbiter' && data === founding.members.length) {
      return `--fault ${fault}: this configuration has no arbiter`;
    }
    if ((target === 'standby' || fault === 'switchover') && data < 2) {
      return `--fault ${fault}: this configuration has no standby`;
    }
  }
  return null;
}

/** As the demo's: what a mode is there for. */
export function usualFaults({ founding }: Setup): readonly FaultName[] {
  const data = founding.members.filter(({ role }) => role === 'data').length;
  return [data < 2 ? 'crash' : 'power'];
}
