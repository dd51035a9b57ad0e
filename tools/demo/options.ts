import { parseArgs } from 'node:util';
import { FAULTS, type FaultName } from '../lab/faults/fault.js';
import type { LabEngine } from '../lab/cluster/member-config.js';
import type { Mode } from '../lab/cluster/plan.js';

/** What `npm run demo -- …` was asked for. */
export interface DemoOptions {
  readonly mode: Mode;
  /** Others than `postgres` are emulated on top of it. */
  readonly engine: LabEngine;
  readonly fault: FaultName;
  readonly timing: string;
  readonly keep: boolean;
  readonly down: boolean;
  readonly help: boolean;
  readonly firstStep: number;
}

/** An option that cannot be followed: said to the person, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const MODES = ['single', 'dual', 'cluster'] as const;
const ENGINES = ['postgres', 'vastbase', 'opengauss'] as const;
const ENGINES_TO_COME = ['mysql', 'mariadb'];

export const DEMO_HELP = `Loses the primary's host under a writing client and shows what happens.

  npm run demo -- [--mode single|dual|cluster] [--fault ${FAULTS.join('|')}]
                  [--timing fast|balanced|relaxed] [--engine postgres|vastbase|opengauss] [--keep]
  npm run demo -- --down     removes every lab that was kept or left behind
`;

/** Reads the arguments; throws a {@link UsageError} that says what would be right. */
export function demoOptions(args: readonly string[]): DemoOptions {
  const values = parse(args);
  const mode = oneOf('--mode', values.mode ?? 'cluster', MODES);
  const engine = values.engine ?? 'postgres';
  if (ENGINES_TO_COME.includes(engine)) {
    throw new UsageError(
      `--engine ${engine}: this version runs its lab on ${ENGINES.join(', ')} only`,
    );
  }
  const fallback = mode === 'single' ? 'crash' : 'power';
  return {
    mode,
    engine: oneOf('--engine', engine, ENGINES),
    fault: oneOf('--fault', values.fault ?? fallback, FAULTS),
    timing: oneOf('--timing', values.timing ?? 'balanced', ['fast', 'balanced', 'relaxed']),
    keep: values.keep ?? false,
    down: values.down ?? false,
    help: values.help ?? false,
    firstStep: Number(values['first-step'] ?? 1),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        mode: { type: 'string' },
        engine: { type: 'string' },
        fault: { type: 'string' },
        timing: { type: 'string' },
        keep: { type: 'boolean' },
        down: { type: 'boolean' },
        help: { type: 'boolean' },
        'first-step': { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) {
    throw new UsageError(`${option} ${value}: has to be one of ${allowed.join(', ')}`);
  }
  return found;
}
