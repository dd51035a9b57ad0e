import { Worker } from 'node:worker_threads';
import type { RunChoices } from './arguments.js';
import type { SeedOutcome } from './seed-run.js';
import { WORKER_FILE } from './worker.js';

export interface Batch {
  /** Gives the next seed; null: no more. */
  readonly next: () => number | null;
  readonly choices: RunChoices;
  readonly workers: number;
  /** A seed that takes longer never ends, as far as anybody can tell: its thread is ended instead. */
  readonly giveUpMs: number;
  /** Told of each outcome as it comes; false: begin nothing more. */
  readonly onOutcome: (outcome: SeedOutcome) => boolean;
  /** What a thread runs; a test puts one that never answers in its place. */
  readonly file?: string;
}

/** Runs seeds in threads; ends when all that was begun has ended. In which order they end is chance. */
export async function runBatch(batch: Batch): Promise<void> {
  let stopped = false;
  const next = (): number | null => (stopped ? null : batch.next());
  const tell = (outcome: SeedOutcome): void => {
    if (!batch.onOutcome(outcome)) stopped = true;
  };
  const runSome = async (): Promise<void> => {
    while ((await runThread(batch, next, tell)) === 'given-up');
  };
  await Promise.all(Array.from({ length: batch.workers }, runSome));
}

/** One thread: until there is nothing more for it, or a seed did not end in it. */
function runThread(
  { choices, giveUpMs, file }: Batch,
  next: () => number | null,
  tell: (outcome: SeedOutcome) => void,
): Promise<'done' | 'given-up'> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(file ?? WORKER_FILE, { workerData: choices });
    let patience: NodeJS.Timeout | undefined;
    const end = (how: 'done' | 'given-up'): void => {
      void worker.terminate().then(() => resolve(how), reject);
    };
    const give = (): void => {
      const seed = next();
      if (seed === null) return end('done');
      patience = setTimeout(() => {
        worker.removeAllListeners('message');
        tell(unended(seed, giveUpMs));
        end('given-up');
      }, giveUpMs);
      worker.postMessage(seed);
    };
    worker.on('message', (outcome: SeedOutcome) => {
      clearTimeout(patience);
      tell(outcome);
      give();
    });
    worker.on('error', reject);
    give();
  });
}

function unended(seed: number, afterMs: number): SeedOutcome {
  const failure = `did not end within ${afterMs / 1000} s; --seed ${seed} shows how far it comes`;
  const nothing = { events: 0, simulatedMs: 0, acknowledged: 0, counts: [] };
  return { seed, ...nothing, failure, ended: false };
}
