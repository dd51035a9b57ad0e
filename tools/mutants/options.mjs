import { parseArgs } from 'node:util';
import { AREA_NAMES } from './mutant-list.mjs';

export const HELP = `mutants: takes one rule at a time out of the code, and shows which check notices

  npm run mutants -- [--quick] [--area A] [--only ID] [--every] [--workers N] [-o json]

  --quick       the counterexamples of the protocol, and one mutant of each other rule

  --area A      only this area (may be repeated): ${AREA_NAMES.join(', ')}
  --only ID     only this mutant (may be repeated)
  --every       ask all checks that are aimed at a mutant, not only until one kills it
  --workers N   how many mutants at a time (2)
  -o json       the results as JSON on standard output; what goes on, on standard error
  --json FILE   write the results there too
  --list        print the mutants and change nothing
`;

/** An option that cannot be followed: said to the person, exit code 2. */
export class UsageError extends Error {}

export function readOptions(args, mutants) {
  const { values } = parse(args);
  const workers = Number(values.workers ?? 2);
  if (!Number.isInteger(workers) || workers < 1 || workers > 16) {
    throw new UsageError(`--workers ${values.workers}: has to be a number from 1 to 16`);
  }
  for (const area of values.area ?? []) known('--area', area, AREA_NAMES);
  if (!['text', 'json'].includes(values.output)) {
    throw new UsageError(`-o ${values.output}: has to be text or json`);
  }
  const ids = mutants.map(({ id }) => id);
  for (const id of values.only ?? []) known('--only', id, ids);
  return {
    help: values.help ?? false,
    list: values.list ?? false,
    every: values.every ?? false,
    json: values.json ?? null,
    output: values.output,
    workers,
    /** Whether all that the protocol's counterexamples need is among the chosen. */
    whole: values.only === undefined && values.area === undefined,
    chosen: (values.quick === true ? quickOf(mutants) : mutants).filter(
      ({ id, area }) =>
        (values.only ?? [id]).includes(id) && (values.area ?? [area]).includes(area),
    ),
  };
}

function parse(args) {
  try {
    return parseArgs({
      args,
      options: {
        area: { type: 'string', multiple: true },
        only: { type: 'string', multiple: true },
        every: { type: 'boolean' },
        workers: { type: 'string' },
        json: { type: 'string' },
        output: { type: 'string', short: 'o', default: 'text' },
        quick: { type: 'boolean' },
        list: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error.message);
  }
}

/** All counterexamples (protocol §9), and of each other rule the first mutant in the list. */
function quickOf(mutants) {
  const seen = new Set();
  return mutants.filter(({ rule }) => {
    const isFirst = !seen.has(rule);
    seen.add(rule);
    return isFirst || rule === 'protocol §9';
  });
}

function known(option, value, allowed) {
  if (!allowed.includes(value)) {
    throw new UsageError(`${option} ${value}: is not among ${allowed.join(', ')}`);
  }
}
