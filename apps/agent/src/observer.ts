import type { DatabaseEngine } from '@mha4rdb/db-control';
import type { DatabaseObservation, Instant } from '@mha4rdb/kernel';
import type { Clock, NodeInput } from '@mha4rdb/node-runtime';

/** One look, and when it began: the age of its proof. */
export interface Look {
  readonly startedAt: Instant;
  readonly database: DatabaseObservation;
}

/**
 * Looks at the database once each heartbeat, and at once when its process ends. Looks never overlap:
 * a slow one delays the next, and each has its own deadline in the engine.
 */
export class Observer {
  private looking: Promise<Look> | null = null;
  private again = false;
  private timer: NodeJS.Timeout | undefined;
  private watching = false;
  private steady = false;
  private quiet = false;
  private readonly ending = new AbortController();

  constructor(
    private readonly engine: Pick<DatabaseEngine, 'observe' | 'exited'>,
    private readonly clock: Clock,
    private readonly intervalMs: number,
    private readonly post: (input: NodeInput) => void,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.lookRegularly(), this.intervalMs);
    this.lookNow();
  }

  stop(): void {
    clearInterval(this.timer);
    this.ending.abort();
  }

  /** A look that begins now or later than now, never one that is already under way. */
  async freshLook(): Promise<Look> {
    await this.looking;
    return this.look();
  }

  /** A standby that streams renews no grant: half as often is often enough. */
  private lookRegularly(): void {
    this.quiet = this.steady && !this.quiet;
    if (!this.quiet) this.lookNow();
  }

  private lookNow(): void {
    if (this.looking !== null) {
      this.again = true;
      return;
    }
    void this.look().then((look) => {
      this.post({ type: 'observed', ...look });
      if (this.again) {
        this.again = false;
        this.lookNow();
      }
    });
  }

  private look(): Promise<Look> {
    const startedAt = this.clock.now();
    const looking = this.engine.observe().then((database) => {
      if (this.looking === looking) this.looking = null;
      this.steady = database.role === 'standby' && database.receiving === true;
      if (database.process === 'running') this.watchForExit();
      return { startedAt, database };
    });
    this.looking = looking;
    return looking;
  }

  private watchForExit(): void {
    if (this.watching || this.ending.signal.aborted) return;
    this.watching = true;
    void this.engine.exited(this.ending.signal).then(() => {
      this.watching = false;
      if (!this.ending.signal.aborted) this.lookNow();
    });
  }
}
