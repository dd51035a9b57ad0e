import { Worker } from 'node:worker_threads';
import type { RunChoices } from './arguments.js';
import type { SeedOutcome } from './seed-run.js';
import { WORKER_FILE } from './worker.js';

export interface Batch {
  /** Gives the next seed; null: no more. */
  readonly next: () => number | null;
  readonly choices: RunChoices;
  readonly workers: number;
  /** Told of each outcome as it comes; false: begin nothing more. */
  readonly onOutcome: (outcome: SeedOutcome) => boolean;
}

/** Runs seeds in threads; ends when all that was begun has ended. In which order they end is chance. */
export async function runBatch({ next, choices, workers, onOutcome }: Batch): Promise<void> {
  let stopped = false;
  const runOne = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(WORKER_FILE, { workerData: choices });
      const give = (): void => {
        const seed = stopped ? null : next();
        if (seed !== null) return worker.postMessage(seed);
        resolve();
        void worker.terminate();
      };
      worker.on('message', (outcome: SeedOutcome) => {
        if (!onOutcome(outcome)) stopped = true;
        give();
      });
      worker.on('error', reject);
      give();
    });
  await Promise.all(Array.from({ length: workers }, runOne));
}
