// `npm run mutants`: exit code 0 when every mutant is killed, 1 when one survives, 2 when asked wrongly.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { elapsed, say } from '../bootstrap/report.mjs';
import { Checks } from './checks.mjs';
import { baseline, tryMutants } from './gate.mjs';
import { MUTANTS, problemsOf, readerOf } from './mutant-list.mjs';
import { HELP, readOptions, UsageError } from './options.mjs';
import { recordOf, summaryLines, survivorText, Table } from './report.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const read = readerOf(root);
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  // What runs is ended by whoever started it; here only nothing more is begun.
  process.on(signal, () => {
    interrupted = true;
  });
}

async function main(args) {
  const options = readOptions(args, MUTANTS);
  if (options.help) {
    say(HELP);
    return 0;
  }
  const problems = problemsOf(MUTANTS, read);
  if (problems.length > 0) {
    for (const problem of problems) say(problem);
    say(`mutants: ${problems.length} do not fit the code any more; nothing was tried`);
    return 1;
  }
  if (options.list) {
    for (const { id, area, rule, what } of options.chosen) say(`${area}  ${id}  ${rule}  ${what}`);
    return 0;
  }
  const scratch = mkdtempSync(join(tmpdir(), 'mha4rdb-mutants-'));
  try {
    return await gate(options, new Checks(root, scratch));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function gate({ chosen, every, workers, json }, checks) {
  say(`${chosen.length} mutants; first all checks on the code as it is …`);
  const bad = await baseline(checks, chosen);
  if (interrupted) return 130;
  for (const { check, verdict, by, output } of bad) {
    say(
      `${check}: ${verdict} without a mutant${by === null ? '' : `: ${by}`}\n${output.slice(-6000)}`,
    );
  }
  if (bad.length > 0) return 1;
  say(`all pass, after ${elapsed().toFixed(0)} s\n`);
  const table = new Table(chosen);
  say(table.header());
  const outcomes = [];
  await tryMutants(chosen, {
    checks,
    every,
    workers,
    absolute: (file) => join(root, file),
    stopped: () => interrupted,
    report: (outcome) => {
      outcomes.push(outcome);
      say(table.row(outcome));
    },
  });
  if (json !== null) writeFileSync(json, `${JSON.stringify(outcomes.map(recordOf), null, 2)}\n`);
  if (interrupted) return 130;
  const survivors = outcomes.filter(({ kill }) => kill === null);
  for (const survivor of survivors) say(`\n${survivorText(survivor, read(survivor.mutant.file))}`);
  say('');
  for (const line of summaryLines(outcomes, elapsed())) say(line);
  return survivors.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  say(`mutants: ${error.message}\n\n${HELP}`);
  process.exitCode = 2;
}
