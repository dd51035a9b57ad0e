#!/usr/bin/env node
import { Coverage } from './coverage.js';
import { FAULTS, type FaultKind } from './fault.js';
import { MODES, type Mode, type SimulationOptions } from './options.js';
import { simulate, type SimulationResult } from './run.js';
import { drawOptions } from './swarm.js';

const USAGE = `simulate: runs whole clusters from seeds and checks every event

  --seeds N        how many seeds (100)
  --from S         the first seed (1)
  --seed X         only this seed
  --mode M         ${MODES.join(' | ')} (drawn from the seed)
  --faults A,B     exactly these faults (drawn from the seed): ${FAULTS.join(', ')}
  --every MS       mean time between two faults of one kind (drawn from the seed)
  --for MS         how long faults are injected (drawn from the seed)
  --trace          print the whole timeline
  --twice          run each seed twice and compare
  --keep-going     do not stop at the first seed that fails, and print no timelines
`;

interface Arguments {
  readonly from: number;
  readonly seeds: number;
  readonly mode: Mode | null;
  readonly faults: readonly FaultKind[] | null;
  readonly every: number | null;
  readonly lasts: number | null;
  readonly trace: boolean;
  readonly twice: boolean;
  readonly keepGoing: boolean;
}

const VALUED: readonly string[] = [
  '--seeds',
  '--from',
  '--seed',
  '--mode',
  '--faults',
  '--every',
  '--for',
];

function parseArguments(words: readonly string[]): Arguments | string {
  const values = new Map<string, string>();
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (['--trace', '--twice', '--keep-going'].includes(word)) values.set(word, 'yes');
    else if (VALUED.includes(word)) {
      values.set(word, words[++index] ?? '');
    } else return `unknown word "${word}"`;
  }
  const number = (name: string, otherwise: number): number => Number(values.get(name) ?? otherwise);
  const mode = MODES.find((known) => known === values.get('--mode')) ?? null;
  if (values.has('--mode') && mode === null) return `unknown mode "${values.get('--mode') ?? ''}"`;
  const named = values.get('--faults')?.split(',') ?? null;
  const faults = named === null ? null : FAULTS.filter((kind) => named.includes(kind));
  const single = values.get('--seed');
  return {
    from: single === undefined ? number('--from', 1) : Number(single),
    seeds: single === undefined ? number('--seeds', 100) : 1,
    mode,
    faults,
    every: values.has('--every') ? number('--every', 0) : null,
    lasts: values.has('--for') ? number('--for', 0) : null,
    trace: values.has('--trace'),
    twice: values.has('--twice'),
    keepGoing: values.has('--keep-going'),
  };
}

function main(): number {
  const given = parseArguments(process.argv.slice(2));
  if (typeof given === 'string') {
    process.stderr.write(`simulate: ${given}\n\n${USAGE}`);
    return 2;
  }
  const began = process.hrtime.bigint();
  const total = { events: 0, simulatedMs: 0, acknowledged: 0, failed: [] as number[] };
  const coverage = new Coverage();
  for (let seed = given.from; seed < given.from + given.seeds; seed++) {
    const options = optionsOf(seed, given);
    const result = simulate(
      options,
      given.trace ? { print: (line) => process.stdout.write(`${line}\n`) } : {},
    );
    total.events += result.events;
    total.simulatedMs += result.simulatedMs;
    total.acknowledged += result.acknowledged;
    coverage.addAll(result.coverage);
    if (given.twice && simulate(options).fingerprint !== result.fingerprint) {
      process.stdout.write(`seed ${seed}: two runs differ\n`);
      total.failed.push(seed);
    }
    if (result.violation !== null) {
      report(result, given.trace || given.keepGoing);
      total.failed.push(seed);
      if (!given.keepGoing) break;
    }
    const done = seed - given.from + 1;
    if (done % 25 === 0) progress(done, given.seeds, total.events, began);
  }
  summary(total, coverage, began);
  return total.failed.length === 0 ? 0 : 1;
}

function optionsOf(seed: number, given: Arguments): SimulationOptions {
  const drawn = drawOptions(seed, given.mode);
  return {
    ...drawn,
    faults: given.faults ?? drawn.faults,
    faultEveryMs: given.every ?? drawn.faultEveryMs,
    faultyMs: given.lasts ?? drawn.faultyMs,
  };
}

function secondsSince(began: bigint): number {
  return Number(process.hrtime.bigint() - began) / 1e9;
}

function progress(done: number, of: number, events: number, began: bigint): void {
  const rate = Math.round(events / secondsSince(began));
  process.stderr.write(`  ${done} of ${of} seeds, ${events} events, ${rate} events/s\n`);
}

function report(result: SimulationResult, traced: boolean): void {
  const { options, violation, lines } = result;
  if (!traced) process.stdout.write(`${lines.join('\n')}\n`);
  process.stdout.write(
    `\nseed ${options.seed} FAILED: ${violation?.invariant ?? ''}\n  ${violation?.detail ?? ''}\n  at ${((violation?.at ?? 0) / 1000).toFixed(3)} s; ${describe(options)}\n  again: npm run simulate -- --seed ${options.seed} --trace\n\n`,
  );
}

function describe(options: SimulationOptions): string {
  const { members, timing, durability, faults, faultEveryMs } = options;
  return `${members.length} members, grant ${timing.grant} ms, ${durability.mode}${durability.degrade ? ' degrade' : ''}, faults each ${faultEveryMs} ms: ${faults.join(', ')}`;
}

function summary(
  total: { events: number; simulatedMs: number; acknowledged: number; failed: number[] },
  coverage: Coverage,
  began: bigint,
): void {
  const seconds = secondsSince(began);
  const situations = [...coverage.counts].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [situation, count] of situations) {
    process.stdout.write(`${String(count).padStart(9)}  ${situation}\n`);
  }
  process.stdout.write(
    `${total.events} events in ${seconds.toFixed(1)} s (${Math.round(total.events / seconds)} events/s); ` +
      `${(total.simulatedMs / 3_600_000).toFixed(2)} cluster-hours; ${total.acknowledged} writes acknowledged; ` +
      `failed seeds: ${total.failed.join(' ') || 'none'}\n`,
  );
}

process.exitCode = main();
