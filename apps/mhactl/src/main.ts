import { run } from './run.js';

// A reader that has seen enough (`mhactl history | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

void run(process.argv).then((exitCode) => {
  process.exitCode = exitCode;
});
