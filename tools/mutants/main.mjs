// `npm run mutants`: exit code 0 when every mutant is killed, 1 when one survives, 2 when asked wrongly.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { elapsed } from '../bootstrap/report.mjs';
import { Checks } from './checks.mjs';
import { counterexamplesOf, notShown } from './counterexamples.mjs';
import { baseline, tryMutants } from './gate.mjs';
import { MUTANTS, problemsOf, readerOf } from './mutant-list.mjs';
import { HELP, readOptions, UsageError } from './options.mjs';
import { counterexampleLines, recordOf, summaryLines, survivorText, Table } from './report.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const read = readerOf(root);
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  // What runs is ended by whoever started it; here only nothing more is begun.
  process.on(signal, () => {
    interrupted = true;
  });
}

const print = (line) => process.stdout.write(`${line}\n`);
/** Standard output is the result's alone where a program asked for it. */
let say = print;

async function main(args) {
  const options = readOptions(args, MUTANTS);
  if (options.help) {
    print(HELP);
    return 0;
  }
  if (options.output === 'json') say = (line) => process.stderr.write(`${line}\n`);
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

async function gate(options, checks) {
  const { chosen, every, workers } = options;
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
  write(outcomes, options);
  return interrupted ? 130 : judge(outcomes, options);
}

function write(outcomes, { json, output }) {
  const text = JSON.stringify(outcomes.map(recordOf), null, 2);
  if (json !== null) writeFileSync(json, `${text}\n`);
  if (output === 'json') print(text);
}

function judge(outcomes, { whole }) {
  const survivors = outcomes.filter(({ kill }) => kill === null);
  for (const survivor of survivors) say(`\n${survivorText(survivor, read(survivor.mutant.file))}`);
  const counterexamples = whole ? counterexamplesOf(read('docs/protocol.md')) : [];
  const missing = notShown(counterexamples, outcomes);
  say('');
  if (whole) counterexampleLines(counterexamples, missing).forEach((line) => say(line));
  summaryLines(outcomes, elapsed()).forEach((line) => say(line));
  return survivors.length === 0 && missing.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`mutants: ${error.message}\n\n${HELP}`);
  process.exitCode = 2;
}
