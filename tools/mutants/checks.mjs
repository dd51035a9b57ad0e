import { readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { run } from '../bootstrap/run-process.mjs';

/** No check may take longer for one mutant. */
export const CHECK_TIMEOUT_MS = 30_000;

/** The tests beside one file: `core/raft/election/campaign` is `campaign.test.ts` of that folder. */
export const unit = (test) => ({ kind: 'unit', name: test });

/** The simulator on these seeds, `from-to`. */
export const simulation = (seeds, ...args) => ({ kind: 'simulator', name: seeds, args });

/** All tests of `packages/core`: what is tried when nothing that was aimed at a mutant killed it. */
export const REST = { kind: 'unit', name: 'core' };

export const checkName = ({ kind, name, args = [] }) => [kind, name, ...args].join(' ');

/**
 * How checks are run on a mutant, or on the code as it is (`mutant` null). Each answers
 * `{ verdict, by, failed, output }`:
 *
 * - `passed`: the check found nothing;
 * - `failed`: it found something, named in `by`; `failed` lists all tests that failed;
 * - `broken`: it could not run (does not compile, does not load, unknown option): never a kill;
 * - `timeout`: it did not end in time, which on a busy machine says nothing either.
 */
export class Checks {
  #root;
  #scratch;
  #runs = 0;

  /** @param scratch a directory of this run for caches and results */
  constructor(root, scratch) {
    this.#root = root;
    this.#scratch = scratch;
  }

  run(check, mutant, timeoutMs = CHECK_TIMEOUT_MS) {
    return check.kind === 'unit'
      ? this.unitTests([check], mutant, timeoutMs)
      : this.#program(PROGRAMS[check.kind](check), mutant, timeoutMs);
  }

  /** Several test files of one package, in one run of jest. */
  async unitTests(checks, mutant, timeoutMs = CHECK_TIMEOUT_MS) {
    const [{ folder }] = checks.map(place);
    const paths = checks.map(place).flatMap(({ path }) => (path === null ? [] : [path]));
    const results = join(this.#scratch, `results-${this.#runs++}.json`);
    const { code, output, timedOut } = await run(
      process.execPath,
      [
        join(this.#root, 'node_modules/jest/bin/jest.js'),
        ...['--config', join(this.#root, 'tools/mutants/jest/config.cjs')],
        ...['--cacheDirectory', join(this.#scratch, 'cache'), '--watchman=false', '--runInBand'],
        ...['--json', '--outputFile', results, '--silent'],
        ...(paths.length > 0 ? ['--runTestsByPath', ...paths] : []),
      ],
      { cwd: this.#root, env: { ...environment(mutant), MUTANT_PACKAGE: folder }, timeoutMs },
    );
    if (timedOut) return { verdict: 'timeout', ...NOTHING_FOUND, output };
    if (code === 0) return { verdict: 'passed', ...NOTHING_FOUND, output };
    return this.#verdictOf(results, output);
  }

  async #program({ file, args, found }, mutant, timeoutMs) {
    const hook = join(this.#root, 'tools/mutants/sources/register.cjs');
    const { code, output, timedOut } = await run(
      process.execPath,
      ['--conditions=@mha4rdb/source', '--require', hook, join(this.#root, file), ...args],
      { cwd: this.#root, env: environment(mutant), timeoutMs },
    );
    if (timedOut) return { verdict: 'timeout', ...NOTHING_FOUND, output };
    if (code === 0) return { verdict: 'passed', ...NOTHING_FOUND, output };
    const hit = found.exec(output);
    return hit === null
      ? { verdict: 'broken', ...NOTHING_FOUND, output }
      : { verdict: 'failed', by: hit[0].trim(), failed: [], output };
  }

  #verdictOf(file, output) {
    let results;
    try {
      results = JSON.parse(readFileSync(file, 'utf8'));
    } catch {
      return { verdict: 'broken', ...NOTHING_FOUND, output };
    } finally {
      rmSync(file, { force: true });
    }
    const failed = results.testResults.flatMap(({ name: path, assertionResults }) =>
      assertionResults
        .filter(({ status }) => status === 'failed')
        .map(({ fullName }) => ({ file: relative(this.#root, path), name: fullName })),
    );
    return failed.length === 0
      ? { verdict: 'broken', ...NOTHING_FOUND, output }
      : { verdict: 'failed', by: failed[0].name, failed, output };
  }
}

const NOTHING_FOUND = { by: null, failed: [] };

/** Programs that check whole runs: what is started, and the line in which they name what they found. */
const PROGRAMS = {
  simulator: ({ name, args }) => {
    const [from, to] = name.split('-').map(Number);
    return {
      file: 'packages/simulator/src/cli.ts',
      args: ['--from', String(from), '--seeds', String(to - from + 1), ...args],
      found: /^seed \d+.*$/m,
    };
  },
};

/** The test file of a check by unit tests, from the root; null for others. */
export function testFileOf(check) {
  return check.kind === 'unit' ? place(check).path : null;
}

function place({ name }) {
  const [folder, ...rest] = name.split('/');
  const path = rest.length === 0 ? null : `packages/${folder}/src/${rest.join('/')}.test.ts`;
  return { folder, path };
}

function environment(mutant) {
  // Colours would stand in the names of what was found.
  const plain = { NO_COLOR: '1', FORCE_COLOR: '0' };
  return mutant === null ? plain : { ...plain, MUTANT: JSON.stringify(mutant) };
}
