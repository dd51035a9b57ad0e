import { parentPort, workerData } from 'node:worker_threads';
import type { RunChoices } from './arguments.js';
import { runSeed } from './seed-run.js';

/** What a thread of a batch is started with; in the main thread this file does nothing. */
export const WORKER_FILE = __filename;

/** One thread: takes a seed, runs it, tells the outcome, until it is ended. */
const port = parentPort;
if (port !== null) {
  const choices = workerData as RunChoices;
  port.on('message', (seed: number) => port.postMessage(runSeed(seed, choices)));
}
