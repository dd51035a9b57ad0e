import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runBatch } from './batch.js';
import type { SeedOutcome } from './seed-run.js';

const NO_CHOICE = {
  mode: null,
  faults: null,
  everyMs: null,
  faultyMs: null,
  liveness: false,
  twice: false,
} as const;

/** Answers every seed but the third, in which it never comes to an end. */
const HANGS = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', (seed) => {
  while (seed === 3);
  parentPort.postMessage({ seed, failure: null, ended: true });
});
`;

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'batch-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/**
 * Goal: a seed that never ends is a failure, and holds up nothing else. Method: a real thread in an
 * endless loop, between seeds that end.
 */
it('gives up a seed that never ends, says which, and goes on with the others', async () => {
  const file = join(folder, 'hangs.cjs');
  writeFileSync(file, HANGS);
  const outcomes: SeedOutcome[] = [];
  let seed = 0;
  await runBatch({
    next: () => (seed < 5 ? ++seed : null),
    choices: NO_CHOICE,
    workers: 1,
    giveUpMs: 2000,
    onOutcome: (outcome) => outcomes.push(outcome) > 0,
    file,
  });
  expect(outcomes.map((outcome) => [outcome.seed, outcome.ended])).toEqual([
    [1, true],
    [2, true],
    [3, false],
    [4, true],
    [5, true],
  ]);
  expect(outcomes[2]?.failure).toContain('did not end within 2 s');
}, 60_000);
