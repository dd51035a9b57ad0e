import type { FaultName } from '../lab/faults/fault.js';
import type { Mode } from '../lab/cluster/plan.js';

/** One run, as `--json` writes it (the contract names the first nine fields). */
export interface BenchRecord {
  readonly fault: FaultName;
  readonly mode: Mode;
  readonly timing: string;
  /** Longest time without an acknowledged write through the VIP, the fault inside or after it. */
  readonly writeGapMs: number;
  /** Acknowledged writes that the final primary does not have. */
  readonly lost: number;
  /** How long two hosts carried the VIP and both answered clients. */
  readonly vipTwoHostsMs: number;
  /** From the end of the fault (the host has power again, …) to a healthy cluster. */
  readonly redundancyMs: number;
  /** Of the agent that takes most, idle. */
  readonly agentRssMb: number;
  readonly agentCpuPct: number;
  /** How long two hosts carried the address, whether the older one still answered or not. */
  readonly addressTwoHostsMs: number;
  /** Whatever else was wrong; empty in a good run. */
  readonly complaints: readonly string[];
}

/** Smallest, middle and greatest of some numbers. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** The spread of at least one number; of an even count, the mean of the two in the middle. */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const half = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? at(half) : (at(half - 1) + at(half)) / 2;
  return { min: at(0), median, max: at(sorted.length - 1) };
}

/** The table for people: a line for each fault, mode and timing. */
export function benchTable(records: readonly BenchRecord[]): string[] {
  const groups = new Map<string, BenchRecord[]>();
  for (const record of records) {
    const name = `${record.fault.padEnd(16)}${record.mode.padEnd(9)}${record.timing.padEnd(10)}`;
    groups.set(name, [...(groups.get(name) ?? []), record]);
  }
  const head = `${'fault'.padEnd(16)}${'mode'.padEnd(9)}${'timing'.padEnd(10)}`;
  return [
    `${head}${'runs'.padStart(4)}  ${'write gap s'.padEnd(18)}${'lost'.padStart(5)}${'two VIP ms'.padStart(12)}  ${'redundant s'.padEnd(18)}${'RSS MB'.padStart(8)}${'CPU %'.padStart(7)}`,
    ...[...groups].map(([name, group]) => {
      const sum = (key: 'lost' | 'vipTwoHostsMs'): string =>
        String(Math.round(group.reduce((total, record) => total + record[key], 0)));
      const most = (key: 'agentRssMb' | 'agentCpuPct'): string =>
        Math.max(...group.map((record) => record[key])).toFixed(1);
      const gap = seconds(spread(group.map((record) => record.writeGapMs)));
      const redundancy = seconds(spread(group.map((record) => record.redundancyMs)));
      return (
        `${name}${String(group.length).padStart(4)}  ${gap.padEnd(18)}${sum('lost').padStart(5)}` +
        `${sum('vipTwoHostsMs').padStart(12)}  ${redundancy.padEnd(18)}` +
        `${most('agentRssMb').padStart(8)}${most('agentCpuPct').padStart(7)}`
      );
    }),
    'write gap and redundancy: min / median / max',
  ];
}

function seconds({ min, median, max }: Spread): string {
  return [min, median, max].map((ms) => (ms / 1000).toFixed(2)).join(' / ');
}
