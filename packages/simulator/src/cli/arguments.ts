import { parseArgs } from 'node:util';
import { FAULTS, type FaultKind } from '../fault.js';
import { MODES, type Mode } from '../options.js';

export const USAGE = `simulate: runs whole clusters from seeds and checks every event

  --seeds N           how many seeds (100), and the present commit's as one more
  --from S            the first seed (1)
  --seconds N         as many seeds as fit into so many seconds, instead of a number
  --seed X            only this seed, with its timeline; a failure is shrunk
  --mode M            ${MODES.join(' | ')} (drawn from the seed)
  --faults A,B        exactly these faults (drawn from the seed): ${FAULTS.join(', ')}
  --every MS          mean time between two faults of one kind (drawn from the seed)
  --for MS            how long faults are injected (drawn from the seed)
  --liveness          afterwards only a core of the members heals (drawn from the seed)
  --require-coverage  fail if a named situation never happened
  --twice             run each seed twice and compare
  --keep-going        do not stop at the first seed that fails
  --no-shrink         report a failing seed as it is
  --give-up S         a seed that does not end within S seconds has failed (300)
  --workers N         how many threads (as many as processors)
  --help              this text

Ends with 0 when all promises were kept, 1 when one was broken, 2 when it was asked wrongly.
`;

/** What a batch of seeds has in common; plain data, as threads are told it. */
export interface RunChoices {
  readonly mode: Mode | null;
  readonly faults: readonly FaultKind[] | null;
  readonly everyMs: number | null;
  readonly faultyMs: number | null;
  readonly liveness: boolean;
  readonly twice: boolean;
}

export interface Arguments {
  readonly from: number;
  readonly seeds: number;
  readonly seconds: number | null;
  readonly single: number | null;
  readonly choices: RunChoices;
  readonly requireCoverage: boolean;
  readonly keepGoing: boolean;
  readonly shrinks: boolean;
  readonly giveUpMs: number;
  readonly workers: number | null;
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

/** The arguments, or what is wrong with them. */
export function readArguments(words: readonly string[]): Arguments | string {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        seeds: text,
        from: text,
        seconds: text,
        seed: text,
        mode: text,
        faults: text,
        every: text,
        for: text,
        liveness: flag,
        'require-coverage': flag,
        twice: flag,
        'keep-going': flag,
        'no-shrink': flag,
        'give-up': text,
        workers: text,
      },
    });
    return {
      from: numberOf('from', values.from) ?? 1,
      seeds: numberOf('seeds', values.seeds) ?? 100,
      seconds: numberOf('seconds', values.seconds),
      single: numberOf('seed', values.seed),
      choices: {
        mode: values.mode === undefined ? null : oneOf('mode', MODES, values.mode),
        faults: values.faults?.split(',').map((name) => oneOf('fault', FAULTS, name)) ?? null,
        everyMs: numberOf('every', values.every),
        faultyMs: numberOf('for', values.for),
        liveness: values.liveness === true,
        twice: values.twice === true,
      },
      requireCoverage: values['require-coverage'] === true,
      keepGoing: values['keep-going'] === true,
      shrinks: values['no-shrink'] !== true,
      giveUpMs: 1000 * (numberOf('give-up', values['give-up']) ?? 300),
      workers: numberOf('workers', values.workers),
    };
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

function numberOf(name: string, value: string | undefined): number | null {
  if (value === undefined) return null;
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || number < 0) {
    throw new RangeError(`--${name} wants a number, not "${value}"`);
  }
  return number;
}

function oneOf<Word extends string>(name: string, words: readonly Word[], value: string): Word {
  const found = words.find((word) => word === value);
  if (found === undefined) {
    throw new RangeError(`unknown ${name} "${value}"; known: ${words.join(', ')}`);
  }
  return found;
}
