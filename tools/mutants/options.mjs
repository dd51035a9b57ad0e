import { parseArgs } from 'node:util';
import { AREA_NAMES } from './mutant-list.mjs';

export const HELP = `mutants: takes one rule at a time out of the code, and shows which check notices

  npm run mutants -- [--area A] [--only ID] [--every] [--workers N] [--json FILE]

  --area A      only this area (may be repeated): ${AREA_NAMES.join(', ')}
  --only ID     only this mutant (may be repeated)
  --every       ask all checks that are aimed at a mutant, not only until one kills it
  --workers N   how many mutants at a time (2)
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
  const ids = mutants.map(({ id }) => id);
  for (const id of values.only ?? []) known('--only', id, ids);
  return {
    help: values.help ?? false,
    list: values.list ?? false,
    every: values.every ?? false,
    json: values.json ?? null,
    workers,
    chosen: mutants.filter(
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
        list: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error.message);
  }
}

function known(option, value, allowed) {
  if (!allowed.includes(value)) {
    throw new UsageError(`${option} ${value}: is not among ${allowed.join(', ')}`);
  }
}
