import { LabError } from '../lab/lab-error.js';
import { say } from '../lab/progress.js';
import { removeAllLabs } from '../lab/sweep.js';
import { DEMO_HELP, UsageError, demoOptions } from './options.js';
import { runDemo } from './run-demo.js';

async function main(): Promise<number> {
  const options = demoOptions(process.argv.slice(2));
  if (options.help) {
    say(DEMO_HELP);
    return 0;
  }
  if (options.down) {
    say(`removed ${removeAllLabs()} labs`);
    return 0;
  }
  return runDemo(options);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const known = error instanceof LabError || error instanceof UsageError;
    say(known ? error.message : String(error instanceof Error ? error.stack : error));
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
