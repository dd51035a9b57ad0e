import { setTimeout as sleep } from 'node:timers/promises';
import { isWholeAndHealthy } from '../lab/cluster/status.js';
import type { Lab } from '../lab/lab.js';
import { monotonicMs } from '../lab/monotonic.js';

const LOOK_EVERY_MS = 100;

/** Notes until when a cluster was not healthy, from a status every 100 ms. */
export class HealthWatch {
  #unhealthyUntil = Number.NEGATIVE_INFINITY;
  #stopped = false;
  readonly #looking: Promise<void>;

  constructor(private readonly lab: Lab) {
    this.#looking = this.#look();
  }

  /** Ends the watch. Answers the last moment at which the cluster was not whole and healthy. */
  async stop(): Promise<number> {
    this.#stopped = true;
    await this.#looking;
    return this.#unhealthyUntil;
  }

  async #look(): Promise<void> {
    while (!this.#stopped) {
      const healthy = await this.lab.status().then(isWholeAndHealthy, () => false);
      if (!healthy) this.#unhealthyUntil = monotonicMs();
      await sleep(LOOK_EVERY_MS);
    }
  }
}
