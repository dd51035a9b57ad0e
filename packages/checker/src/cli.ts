#!/usr/bin/env node
import { printCounterexample } from './exploration/counterexample.js';
import { parseArguments, USAGE, type Arguments } from './run/arguments.js';
import { CATALOGUE, findModel } from './run/catalogue.js';
import type { CheckedModel } from './run/checked-model.js';
import { runJob, type Job } from './run/job.js';
import { progressLine, reportTable } from './run/report.js';
import { runJobs, WORKER } from './run/run-jobs.js';

const UNBOUNDED = 1_000_000;
/** For each model. A loaded machine ends one by time, and says so, before the whole run is given up. */
const SECONDS = { test: 60, full: 360 };

async function main(words: readonly string[]): Promise<number> {
  const chosen = parseArguments(words);
  if (typeof chosen === 'string') return fail(chosen);
  if (chosen.list) return list();
  const unknown = chosen.models.find((name) => findModel(name) === undefined);
  if (unknown !== undefined) return fail(`no model is called "${unknown}"`);
  const models = CATALOGUE.filter(
    ({ name, breaks }) =>
      (chosen.models.length === 0 || chosen.models.includes(name)) &&
      (chosen.leftOut === null || breaks.includes(chosen.leftOut)),
  );
  if (models.length === 0) return fail(`no model can leave out "${chosen.leftOut ?? ''}"`);
  const startedAt = performance.now();
  const jobs = models.map((model) => jobOf(model, chosen));
  const finished = await runJobs(jobs, chosen.jobs, __filename, ({ model }, told) => {
    if (told.kind === 'progress') console.log(progressLine(model, told.progress));
  });
  for (const { job, told } of finished) {
    const { counterexample } = told.result;
    if (counterexample !== null) console.log(`\n${printCounterexample(job.model, counterexample)}`);
  }
  console.log(`\n${reportTable(finished, (performance.now() - startedAt) / 1000)}`);
  return finished.some(({ told }) => told.result.ending === 'violation') ? 1 : 0;
}

function jobOf({ name, share }: CheckedModel, chosen: Arguments): Job {
  return {
    model: name,
    leftOut: chosen.leftOut,
    limits: {
      states: chosen.states ?? (chosen.full ? share.full : share.test),
      depth: chosen.depth ?? UNBOUNDED,
      seconds: chosen.seconds ?? (chosen.full ? SECONDS.full : SECONDS.test),
    },
  };
}

function list(): number {
  for (const { name, build, breaks } of CATALOGUE) {
    console.log(`${name}: ${build(null).about}\n  can leave out: ${breaks.join(', ')}`);
  }
  return 0;
}

function fail(why: string): number {
  console.error(`${why}\n\n${USAGE}`);
  return 2;
}

if (process.argv.includes(WORKER)) {
  process.once('message', (job) => {
    runJob(job as Job, (told) => process.send?.(told));
    process.disconnect();
  });
} else {
  void main(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}
