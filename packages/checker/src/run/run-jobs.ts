import { fork } from 'node:child_process';
import type { Job, Told } from './job.js';

export interface Finished {
  readonly job: Job;
  readonly told: Extract<Told, { kind: 'ended' }>;
}

/** The word that makes the program a process that explores one model for its parent. */
export const WORKER = '--worker';

/** A process for each job, `atOnce` of them at a time; results in the order of the jobs. */
export async function runJobs(
  jobs: readonly Job[],
  atOnce: number,
  program: string,
  onTold: (job: Job, told: Told) => void,
): Promise<readonly Finished[]> {
  const finished: Finished[] = [];
  const waiting = [...jobs.keys()];
  const lane = async (): Promise<void> => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
      const job = jobs[index];
      if (job === undefined) return;
      finished[index] = { job, told: await runOne(job, program, onTold) };
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return finished;
}

/** Ends with the process: it explores for as long as the job's own limit of time says. */
function runOne(
  job: Job,
  program: string,
  onTold: (job: Job, told: Told) => void,
): Promise<Finished['told']> {
  return new Promise((resolve, reject) => {
    const child = fork(program, [WORKER], { execArgv: ['--max-old-space-size=3500'] });
    let ended: Finished['told'] | null = null;
    child.on('message', (message) => {
      const told = message as Told;
      if (told.kind === 'ended') ended = told;
      onTold(job, told);
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (ended === null) reject(new Error(`${job.model}: its process ended with ${code ?? '?'}`));
      else resolve(ended);
    });
    child.send(job);
  });
}
