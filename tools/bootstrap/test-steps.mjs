import { join } from 'node:path';
import { asRoot } from './as-root.mjs';
import { searchPath } from './run-process.mjs';
import { NX_ENV, bin } from './workspace-build.mjs';

const MINUTE = 60_000;

/** The checks of `npm test` (and of `test:full`), in the order in which they give up soonest. */
export function testSteps(root, full) {
  const command = (name, ...args) => [bin(root, name), ...args];
  const nx = (target) => command('nx', 'run-many', '-t', target, '--output-style=static');
  const script = (file, ...args) => [process.execPath, join(root, file), ...args];
  const baseline = 'packages/proto/baseline.binpb';
  return [
    { name: 'Format', command: command('prettier', '--check', '.') },
    { name: 'Tidy', command: script('tools/repo-rules/tidy.mjs') },
    { name: 'Protocol: lint', command: command('buf', 'lint') },
    { name: 'Protocol: breaking', command: command('buf', 'breaking', '--against', baseline) },
    { name: 'Protocol: generated code', command: script('packages/proto/check-generated.mjs') },
    { name: 'Rules that must bite', command: ['npm', 'run', '--silent', 'check:rules'] },
    { name: 'Set-up itself', command: [process.execPath, '--test', 'tools/bootstrap/'] },
    { name: 'Types', command: nx('typecheck'), timeoutMs: 10 * MINUTE },
    { name: 'Lint', command: nx('lint'), timeoutMs: 10 * MINUTE },
    { name: 'Unit tests', command: nx('test'), timeoutMs: 12 * MINUTE },
    mutants(root),
    models(root, full),
    simulation(root, full),
    endToEnd(root, full),
  ].map((step) => ({ env: NX_ENV, timeoutMs: 3 * MINUTE, ...step }));
}

/** Two processes explore; the last lines say how many states, how deep, and what cut each model off. */
function models(root, full) {
  const program = join(root, 'packages/checker/dist/cli.js');
  const million = full ? '10' : '2';
  return {
    name: `Models, above ${million} million states`,
    command: [process.execPath, program, ...(full ? ['--full'] : [])],
    show: true,
    timeoutMs: (full ? 75 : 15) * MINUTE,
  };
}

/** The unit tests notice each rule of the core that is taken away. */
function mutants(root) {
  return {
    name: 'Mutants of the core',
    command: [process.execPath, join(root, 'tools/mutants/main.mjs')],
    timeoutMs: 12 * MINUTE,
  };
}

/**
 * Each seed runs twice: what differs then is impure. The present commit's seed is one more. In the full
 * test every named situation must have happened; in a hundred seeds the rarest may not.
 */
function simulation(root, full) {
  const program = join(root, 'packages/simulator/dist/cli.js');
  const seeds = full ? '700' : '100';
  const coverage = full ? ['--require-coverage'] : [];
  return {
    name: `Simulation, ${seeds} seeds twice`,
    command: [process.execPath, program, '--seeds', seeds, '--twice', ...coverage],
    timeoutMs: (full ? 30 : 8) * MINUTE,
  };
}

function endToEnd(root, full) {
  const tests = full ? [] : ['src/main'];
  return {
    name: full ? 'End to end, all scenarios' : 'End to end, main scenarios',
    command: [bin(root, 'jest'), '--runInBand', '--verbose', ...tests],
    cwd: join(root, 'e2e'),
    env: { PATH: searchPath() },
    show: true,
    needsRoot: true,
    timeoutMs: (full ? 50 : 20) * MINUTE,
  };
}

/** The command of a step, as this user can run it. */
export async function stepCommand(step) {
  if (step.needsRoot !== true) return { command: step.command, stdin: undefined };
  return asRoot(step.name, step.command);
}

/**
 * How many tests a step ran, from the summaries of jest, of Node's own runner and of the mutants in
 * its output. A step without such a summary is one check.
 */
export function countTests(output, ok) {
  const jest = [...output.matchAll(/^\s*(?:.*\s)?Tests:\s+(.*\d+ total)/gm)].map((match) => ({
    passed: Number(/(\d+) passed/.exec(match[1])?.[1] ?? 0),
    failed: Number(/(\d+) failed/.exec(match[1])?.[1] ?? 0),
  }));
  const node = [...output.matchAll(/^(?:#|ℹ) pass (\d+)\n(?:#|ℹ) fail (\d+)/gm)].map((match) => ({
    passed: Number(match[1]),
    failed: Number(match[2]),
  }));
  const mutants = [...output.matchAll(/^\d+ mutants: (\d+) killed, (\d+) survive/gm)].map(
    (match) => ({ passed: Number(match[1]), failed: Number(match[2]) }),
  );
  const counts = [...jest, ...node, ...mutants];
  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  const failed = counts.reduce((sum, count) => sum + count.failed, 0);
  if (counts.length === 0) return ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  // A step may fail without a failed test: a suite that does not load, a deadline.
  return { passed, failed: ok ? failed : Math.max(failed, 1) };
}
