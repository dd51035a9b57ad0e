import { namedFault, type FaultName } from './fault-name.js';
import type { Setup } from './read-config.js';
import type { SimulationReport } from './report.js';
import { millisecondsText } from '../render/words.js';

/** `the primary’s host loses its power, and the arbiter’s host loses its power`. */
export function faultsText(faults: readonly FaultName[]): string {
  return faults.map((fault) => namedFault(fault).what).join(', and ');
}

/** `dual (n1, n2, arbiter n3) · grant 2.40 s · durability majority, degrade`. */
export function settingText(
  { mode, members, timing, durability }: SimulationReport,
  preset: Setup['config']['timing'],
): string {
  const names = members.map(({ id, role }) => (role === 'arbiter' ? `arbiter ${id}` : id));
  const named = typeof preset === 'string' ? `timing ${preset}` : 'own timing';
  return [
    `${mode} (${names.join(', ')})`,
    `${named}, grant ${millisecondsText(timing.grant)}`,
    `durability ${durability.mode}, ${durability.degrade ? 'degrade' : 'no degrade'}`,
  ].join(' · ');
}

/** `acknowledged 812 · lost 0 · two primaries 0 · write gap 2.61 s · PASS`: as the demo ends. */
export function verdictText(report: SimulationReport): string {
  const gaps = report.faults.map(({ writeGapMs }) => writeGapMs?.max ?? null);
  const longest = gaps.includes(null) ? null : Math.max(0, ...gaps.map((gap) => gap ?? 0));
  const many = report.runs.length > 1 ? 'longest write gap' : 'write gap';
  return [
    `acknowledged ${report.acknowledged}`,
    `lost ${report.lost}`,
    `two primaries ${report.twoPrimaries}`,
    `${many} ${longest === null ? 'never closed' : millisecondsText(longest)}`,
    report.result.toUpperCase(),
  ].join(' · ');
}
