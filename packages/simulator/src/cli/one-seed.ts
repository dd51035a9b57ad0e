import { simulate } from '../run.js';
import { shrink } from '../shrink.js';
import type { RunChoices } from './arguments.js';
import { Progress } from './progress.js';
import { describeOptions, describeShrunk } from './report.js';
import { optionsOf } from './seed-run.js';

type Write = (text: string) => void;

/** Runs one seed with its whole timeline, and makes it short when it fails. The answer: all is well. */
export function runOneSeed(
  seed: number,
  choices: RunChoices,
  shrinks: boolean,
  write: Write,
): boolean {
  const options = optionsOf(seed, choices);
  write(`seed ${seed}: ${describeOptions(options)}\n`);
  const result = simulate(options, { print: (line) => write(`${line}\n`) });
  const { violation, events, simulatedMs, fingerprint } = result;
  const length = `${events} events, ${(simulatedMs / 1000).toFixed(1)} s simulated`;
  if (choices.twice && simulate(options).fingerprint !== fingerprint) {
    write(`seed ${seed}: two runs differ\n`);
    return false;
  }
  if (violation === null) {
    write(`seed ${seed}: ${length}, all promises kept\n`);
    return true;
  }
  write(`\nseed ${seed} FAILED: ${violation.invariant}\n  ${violation.detail}\n  ${length}\n`);
  if (shrinks) explain(seed, choices, write);
  return false;
}

/** A failing seed in as few lines as can be found. */
export function explain(seed: number, choices: RunChoices, write: Write): void {
  const failing = simulate(optionsOf(seed, choices));
  if (failing.violation === null) return;
  const began = performance.now();
  const progress = new Progress(process.stderr);
  const { result, tried } = shrink(failing, simulate, {}, (runs, faults) => {
    const line = `shrinking seed ${seed}: ${faults} faults left after ${runs} runs`;
    progress.show((performance.now() - began) / 1000, line);
  });
  progress.clear();
  write(`\nseed ${seed}, ${describeShrunk(result, tried)}\n`);
  write(`  again: npm run simulate -- --seed ${seed}\n\n`);
}
