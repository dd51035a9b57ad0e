import type { DatabaseEngine, LogToKeep } from '@mha4rdb/db-control';
import { durationOf, err, type Failure, type Result } from '@mha4rdb/kernel';

const DEADLINE = durationOf(5000);

/**
 * How often slots move along with their members: as long as this each keeps more log than it need.
 * Short against the minutes of log that `wal_keep_size` keeps anyway, long against the heartbeat.
 */
const EVERY_MS = 10_000;

export interface SlotKeeperOptions {
  readonly engine: Pick<DatabaseEngine, 'keepSlots'>;
  /** What is to be kept as the cluster is now; null while that cannot be told. */
  readonly wanted: () => LogToKeep | null;
  readonly onProblem: (message: string, remedy: string) => void;
}

/**
 * Moves the slots that keep log for the other members, off the way of everything that matters: a round
 * that fails is only told, once, and the next one does the same anew.
 */
export class SlotKeeper {
  private timer: NodeJS.Timeout | undefined;
  private working = false;
  private lastProblem = '';

  constructor(private readonly options: SlotKeeperOptions) {}

  start(): void {
    if (this.options.engine.keepSlots === undefined) return;
    this.timer = setInterval(() => this.round(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private round(): void {
    const wanted = this.options.wanted();
    if (this.working || wanted === null) return;
    this.working = true;
    const round = this.options.engine.keepSlots?.(wanted, { deadline: DEADLINE });
    void round?.catch(unexpected).then((kept) => {
      this.working = false;
      if (kept.ok) this.lastProblem = '';
      else this.tell(kept.error);
    });
  }

  private tell({ message, remedy = '' }: Failure): void {
    if (message === this.lastProblem) return;
    this.lastProblem = message;
    this.options.onProblem(`log for the other members is not kept: ${message}`, remedy);
  }
}

/** The engine answers expected failures as results; what it throws must not end the agent. */
function unexpected(error: unknown): Result<void> {
  return err('process-failed', error instanceof Error ? error.message : String(error));
}
