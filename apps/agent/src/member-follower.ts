import type { DatabaseEngine } from '@mha4rdb/db-control';
import type { HostGuard } from '@mha4rdb/host-linux';
import { durationOf } from '@mha4rdb/kernel';
import type { MemberAddresses } from './member-addresses.js';

/** Writing the access rules and a reload take milliseconds; a server that hangs is tried again. */
const DEADLINE = durationOf(5000);
const AGAIN_MS = 1000;

export interface MemberFollowerOptions {
  readonly engine: Pick<DatabaseEngine, 'renewAccess'>;
  readonly guard: Pick<HostGuard, 'setPeers'>;
  /** The list as it is at the moment: the same object as long as it says the same. */
  readonly wanted: () => MemberAddresses;
  readonly onProblem: (message: string, remedy: string) => void;
}

/**
 * Brings the fence and the server's access rules after the replicated list of members: whoever was
 * added can stream, and whoever was removed cannot connect anew. (Its streams that stand are its own
 * agent's to end, and count for nothing: it is in no rule.)
 */
export class MemberFollower {
  /** Nothing yet: a former life of this agent may have left rules for other members. */
  private inForce: MemberAddresses | null = null;
  private timer: NodeJS.Timeout | undefined;
  private working = false;
  private ended = false;
  private lastProblem = '';

  constructor(private readonly options: MemberFollowerOptions) {}

  /** To be called when the list may have changed. */
  follow(): void {
    if (this.working || this.ended || this.options.wanted() === this.inForce) return;
    this.working = true;
    void this.renew().finally(() => {
      this.working = false;
      // It may have changed meanwhile, or not have worked.
      if (this.options.wanted() !== this.inForce) this.later();
    });
  }

  stop(): void {
    this.ended = true;
    clearTimeout(this.timer);
  }

  private later(): void {
    clearTimeout(this.timer);
    if (!this.ended) this.timer = setTimeout(() => this.follow(), AGAIN_MS);
  }

  private async renew(): Promise<void> {
    const { engine, guard, wanted } = this.options;
    const now = wanted();
    guard.setPeers(now.peers);
    const renewed = await engine.renewAccess({ deadline: DEADLINE });
    if (renewed.ok) this.inForce = now;
    else this.report(renewed.error.message, renewed.error.remedy ?? '');
  }

  private report(message: string, remedy: string): void {
    if (message !== this.lastProblem) this.options.onProblem(message, remedy);
    this.lastProblem = message;
  }
}
