import type { ClusterStatus } from '@mha4rdb/client';
import { LabError } from '../lab-error.js';
import { Worker } from '../worker.js';

/** Answer to one question for the status. */
export interface StatusAnswer {
  readonly asked: number;
  readonly status?: ClusterStatus;
  readonly error?: string;
}

const ANSWER_TIMEOUT_MS = 6_000;

/** Asks the cluster for its status, as a client on the client's host. */
export class StatusSource {
  readonly #worker: Worker<StatusAnswer>;
  readonly #waiting = new Map<number, (answer: StatusAnswer) => void>();
  #asked = 0;

  constructor(prefix: readonly string[], endpoints: readonly string[], logFile: string) {
    this.#worker = new Worker('cluster/status-main', prefix, logFile, endpoints, (answer) =>
      this.#waiting.get(answer.asked)?.(answer),
    );
  }

  /** One status; fails when no member answers within some seconds. */
  async status(): Promise<ClusterStatus> {
    if (this.#worker.failure !== '') throw new LabError(`no status: ${this.#worker.failure}`);
    const asked = ++this.#asked;
    const { status, error } = await new Promise<StatusAnswer>((resolve) => {
      const timer = setTimeout(() => resolve({ asked, error: 'no answer' }), ANSWER_TIMEOUT_MS);
      this.#waiting.set(asked, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      this.#worker.send(asked);
    });
    this.#waiting.delete(asked);
    if (status === undefined) throw new LabError(`no status: ${error ?? 'no reason given'}`);
    return status;
  }

  /** Ends the process behind it. */
  async stop(): Promise<void> {
    await this.#worker.stop().catch(() => undefined);
  }
}
