import { writeFileSync } from 'node:fs';
import { LabError } from '../lab/lab-error.js';
import { say } from '../lab/progress.js';
import { type BenchRecord, benchTable } from './bench-record.js';
import { BENCH_HELP, BenchUsageError, benchOptions } from './options.js';
import { runBench } from './run-bench.js';

async function main(): Promise<number> {
  const options = benchOptions(process.argv.slice(2));
  if (options.help) {
    say(BENCH_HELP);
    return 0;
  }
  const records: BenchRecord[] = [];
  const { json } = options;
  try {
    await runBench(options, (record) => {
      records.push(record);
      // After each run: a bench that is ended early has not measured in vain.
      if (json !== undefined) writeFileSync(json, `${JSON.stringify(records, null, 2)}\n`);
    });
  } finally {
    say();
    if (records.length > 0) for (const line of benchTable(records)) say(line);
  }
  return records.every(({ complaints }) => complaints.length === 0) ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const known = error instanceof LabError || error instanceof BenchUsageError;
    say(known ? error.message : String(error instanceof Error ? error.stack : error));
    process.exit(error instanceof BenchUsageError ? 2 : 1);
  },
);
