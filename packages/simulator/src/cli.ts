#!/usr/bin/env node
import { availableParallelism } from 'node:os';
import { readArguments, USAGE, type Arguments } from './cli/arguments.js';
import { runBatch } from './cli/batch.js';
import { commitSeed } from './cli/commit-seed.js';
import { explain, runOneSeed } from './cli/one-seed.js';
import { Progress } from './cli/progress.js';
import { describeCoverage, describeProgress, describeTotals, type Totals } from './cli/report.js';
import type { SeedOutcome } from './cli/seed-run.js';
import { Coverage } from './coverage.js';
import { missedGoals } from './goals.js';

const write = (text: string): void => void process.stdout.write(text);

async function main(): Promise<number> {
  const words = process.argv.slice(2);
  if (words.includes('--help')) {
    write(USAGE);
    return 0;
  }
  const given = readArguments(words);
  if (typeof given === 'string') {
    process.stderr.write(`simulate: ${given}\n\n${USAGE}`);
    return 2;
  }
  if (given.single !== null) {
    return runOneSeed(given.single, given.choices, given.shrinks, write) ? 0 : 1;
  }
  return runSeeds(given);
}

async function runSeeds(given: Arguments): Promise<number> {
  const began = process.hrtime.bigint();
  const seconds = (): number => Number(process.hrtime.bigint() - began) / 1e9;
  const outcomes: SeedOutcome[] = [];
  const sum = (pick: (outcome: SeedOutcome) => number): number =>
    outcomes.reduce((total, outcome) => total + pick(outcome), 0);
  const end = given.seconds === null ? `${given.seeds} seeds` : `${given.seconds} s`;
  const progress = new Progress(process.stderr);
  const done = (): Omit<Totals, 'failed'> => ({
    seeds: outcomes.length,
    events: sum(({ events }) => events) * (given.choices.twice ? 2 : 1),
    simulatedMs: sum(({ simulatedMs }) => simulatedMs) * (given.choices.twice ? 2 : 1),
    acknowledged: sum(({ acknowledged }) => acknowledged),
  });
  await runBatch({
    next: seedsOf(given, seconds),
    choices: given.choices,
    giveUpMs: given.giveUpMs,
    workers: given.workers ?? Math.min(availableParallelism(), given.seeds),
    onOutcome: (outcome) => {
      outcomes.push(outcome);
      progress.show(seconds(), describeProgress(done(), end, seconds()));
      return given.keepGoing || outcome.failure === null;
    },
  });
  progress.clear();
  const took = seconds();
  const { user, system } = process.cpuUsage();
  const failed = outcomes
    .flatMap(({ seed, failure, ended }) => (failure === null ? [] : [{ seed, failure, ended }]))
    .sort((a, b) => a.seed - b.seed);
  const coverage = new Coverage();
  for (const { counts } of outcomes) coverage.addCounts(counts);
  write(`${describeCoverage(coverage)}\n`);
  const first = failed.find(({ ended }) => ended);
  if (first !== undefined && given.shrinks) explain(first.seed, given.choices, write);
  write(`${describeTotals({ ...done(), failed }, took, (user + system) / 1e6)}\n`);
  const missed = given.requireCoverage ? missedGoals(coverage) : [];
  for (const goal of missed) write(`never happened: ${goal}\n`);
  return failed.length === 0 && missed.length === 0 ? 0 : 1;
}

/** The present commit's seed first, then as many as were asked for, or as fit into the time. */
function seedsOf(given: Arguments, seconds: () => number): () => number | null {
  const commit = commitSeed();
  if (commit !== null) {
    process.stderr.write(`  seed ${commit.seed} for commit ${commit.commit.slice(0, 12)}\n`);
  }
  let extra = commit?.seed ?? null;
  let seed = given.from;
  return () => {
    if (extra !== null) {
      const own = extra;
      extra = null;
      return own;
    }
    const over =
      given.seconds === null ? seed >= given.from + given.seeds : seconds() >= given.seconds;
    return over ? null : seed++;
  };
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(
      `simulate: ${error instanceof Error ? (error.stack ?? '') : String(error)}\n`,
    );
    process.exitCode = 1;
  },
);
