import type { Coverage } from '../coverage.js';
import { GOALS } from '../goals.js';
import { describeFault } from '../inject.js';
import type { SimulationOptions } from '../options.js';
import type { SimulationResult } from '../run.js';

export interface Totals {
  readonly seeds: number;
  readonly events: number;
  readonly simulatedMs: number;
  readonly acknowledged: number;
  readonly failed: readonly { readonly seed: number; readonly failure: string }[];
}

/** Everything that was counted, the goals first. */
export function describeCoverage({ counts }: Coverage): string {
  const goals = new Set<string>(GOALS);
  const line = (count: number, situation: string): string =>
    `${String(count).padStart(9)}  ${situation}`;
  const wanted = GOALS.map((goal) => line(counts.get(goal) ?? 0, goal));
  const others = [...counts]
    .filter(([situation]) => !goals.has(situation))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([situation, count]) => line(count, situation));
  return ['Situations that must happen:', ...wanted, 'Besides:', ...others].join('\n');
}

/** How far a batch is; `end` says of how much. */
export function describeProgress(
  totals: Omit<Totals, 'failed'>,
  end: string,
  seconds: number,
): string {
  const rate = Math.round(totals.events / seconds / 1000);
  const hours = (totals.simulatedMs / 3_600_000).toFixed(1);
  return `${totals.seeds} of ${end}, ${hours} cluster-hours, ${rate}k events/s`;
}

/** The figures; `cpuSeconds` is what the whole process took, all threads together. */
export function describeTotals(totals: Totals, seconds: number, cpuSeconds: number): string {
  const { seeds, events, simulatedMs, acknowledged, failed } = totals;
  const hours = simulatedMs / 3_600_000;
  const each = failed.map(({ seed, failure }) => `  seed ${seed}: ${failure}`);
  return [
    `${seeds} seeds: ${events} checked events, ${hours.toFixed(2)} cluster-hours, ${acknowledged} writes acknowledged`,
    `${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of processor: ${Math.round(events / cpuSeconds)} events/s and core, ${Math.round((hours / seconds) * 3600)} cluster-hours an hour`,
    failed.length === 0 ? 'all promises kept' : `${failed.length} FAILED`,
    ...each,
  ].join('\n');
}

export function describeOptions(options: SimulationOptions): string {
  const { members, timing, durability, faults, faultEveryMs, liveness, weather } = options;
  const shape = members.map(({ id }) => id).join(' ');
  const drawn =
    faults.length === 0 ? '' : `; faults each ${faultEveryMs} ms on average: ${faults.join(', ')}`;
  const net = `delay ${weather.delayMs} ms, loss ${weather.loss}, twice ${weather.duplication}`;
  return `${shape}; grant ${timing.grant} ms; ${durability.mode}${durability.degrade ? ', degrades' : ''}; ${net}${liveness ? '; liveness' : ''}${drawn}`;
}

/** The run that is left of a failing one, to be read from top to bottom. */
export function describeShrunk(shrunk: SimulationResult, tried: number): string {
  const { options, violation, injected, lines } = shrunk;
  const faults = injected.map(
    (fault) =>
      `  ${(fault.atMs / 1000).toFixed(3)} s  ${fault.member ?? ''}  ${describeFault(fault)}`,
  );
  return [
    `shrunk in ${tried} runs to ${injected.length} faults:`,
    `  ${describeOptions(options)}`,
    ...faults,
    '',
    ...lines,
    '',
    `${violation?.invariant ?? ''}: ${violation?.detail ?? ''}`,
  ].join('\n');
}
