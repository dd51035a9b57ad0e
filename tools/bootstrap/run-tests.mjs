import { duration, elapsed, say } from './report.mjs';
import { run } from './run-process.mjs';
import { countTests, stepCommand, testSteps } from './test-steps.mjs';

const SHOWN_ON_FAILURE = 12_000;

/** Runs every check, also after a failed one, and answers the exit code. */
export async function runTests(root, full, firstNumber) {
  const steps = testSteps(root, full);
  const results = [];
  for (const [at, step] of steps.entries()) {
    const label = `[${firstNumber + at}] ${step.name}`;
    say(`${label} …`);
    const result = await runStep(root, step);
    results.push({ name: step.name, ...result });
    const counts = `${result.passed} passed, ${result.failed} failed`;
    say(`${label}: ${result.ok ? 'ok' : 'FAILED'} (${counts}) after ${duration(result.seconds)}`);
  }
  return summary(results);
}

async function runStep(root, step) {
  const began = elapsed();
  const { command, stdin } = await stepCommand(step);
  const [file, ...args] = command;
  const { env, show, timeoutMs } = step;
  const options = { cwd: step.cwd ?? root, env, show, timeoutMs, stdin };
  const { code, output, timedOut } = await run(file, args, options);
  const ok = code === 0;
  if (!ok && show !== true) say(output.slice(-SHOWN_ON_FAILURE));
  if (timedOut) say(`    ended after its limit of ${duration(timeoutMs / 1000)}`);
  return { ok, seconds: elapsed() - began, ...countTests(output, ok) };
}

function summary(results) {
  const width = Math.max(...results.map(({ name }) => name.length));
  say('');
  for (const { name, ok, seconds, passed, failed } of results) {
    const line = `${name.padEnd(width)}  ${duration(seconds).padStart(12)}  ${passed} passed`;
    say(`${ok ? 'ok    ' : 'FAILED'} ${line}${failed > 0 ? `, ${failed} failed` : ''}`);
  }
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
  say(`\nall of it took ${duration(elapsed())}`);
  say(`${total('passed')} passed, ${total('failed')} failed`);
  return results.every(({ ok }) => ok) ? 0 : 1;
}
