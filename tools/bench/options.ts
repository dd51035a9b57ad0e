import { parseArgs } from 'node:util';
import type { Mode } from '../lab/cluster/plan.js';
import { FAULTS, type FaultName } from '../lab/faults/fault.js';

/** What `npm run bench -- …` was asked for. */
export interface BenchOptions {
  readonly runs: number;
  readonly faults: readonly FaultName[];
  readonly modes: readonly Mode[];
  readonly timings: readonly string[];
  readonly json: string | undefined;
  readonly help: boolean;
}

/** An option that cannot be followed: said to the person, exit code 2. */
export class BenchUsageError extends Error {
  override readonly name = 'BenchUsageError';
}

export const BENCH_HELP = `Lets faults strike a cluster under a writing client, several times each.

  npm run bench -- [--runs 5] [--fault ${FAULTS.join(',')}]
                   [--mode single,dual,cluster] [--timing fast,balanced,relaxed] [--json FILE]

--fault, --mode and --timing take several values with commas between them.
The client has a 1 s statement and a 2 s connect time-out and retries every 50 ms.
`;

/** Reads the arguments; throws a {@link BenchUsageError} that says what would be right. */
export function benchOptions(args: readonly string[]): BenchOptions {
  const values = parse(args);
  const runs = Number(values.runs ?? 5);
  if (!Number.isInteger(runs) || runs < 1) {
    throw new BenchUsageError(`--runs ${values.runs ?? ''}: has to be a whole number above 0`);
  }
  return {
    runs,
    faults: several('--fault', values.fault ?? 'crash,power,switchover', FAULTS),
    modes: several('--mode', values.mode ?? 'dual', ['single', 'dual', 'cluster']),
    timings: several('--timing', values.timing ?? 'balanced', ['fast', 'balanced', 'relaxed']),
    json: values.json,
    help: values.help ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        runs: { type: 'string' },
        fault: { type: 'string' },
        mode: { type: 'string' },
        timing: { type: 'string' },
        json: { type: 'string' },
        help: { type: 'boolean' },
        'first-step': { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new BenchUsageError(error instanceof Error ? error.message : String(error));
  }
}

function several<T extends string>(option: string, value: string, allowed: readonly T[]): T[] {
  return value.split(',').map((word) => {
    const found = allowed.find((candidate) => candidate === word);
    if (found !== undefined) return found;
    throw new BenchUsageError(`${option} ${word}: has to be one of ${allowed.join(', ')}`);
  });
}
