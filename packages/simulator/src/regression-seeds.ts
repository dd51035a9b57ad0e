import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The seeds in `regression-seeds.txt`, in their order. */
export function regressionSeeds(): readonly number[] {
  const text = readFileSync(path.join(__dirname, '..', 'regression-seeds.txt'), 'utf8');
  return text
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => Number.parseInt(line, 10));
}
