import type { Result } from '@mha4rdb/kernel';
import type { NodeState } from '@mha4rdb/core';

/** What this host is to applications. `none`: neither, as between two roles. */
export type HostRole = 'primary' | 'standby' | 'none';

/** How often the role is looked at, and a hook that failed is tried again at the earliest. */
const EVERY_MS = 500;
const RETRY_MS = 5000;

export interface RoleHookOptions {
  readonly role: () => HostRole;
  /** Runs the operator's program to its end; it has a deadline of its own. */
  readonly run: (role: HostRole, before: HostRole | null) => Promise<Result<void>>;
  readonly now: () => number;
  readonly onEnded: (role: HostRole, outcome: Result<void>) => void;
}

/**
 * Tells the operator's program about each role of this host, level-triggered: one run at a time, never
 * ended by the next role, and after it the role that is true then. So what it was told last is true in
 * the end, a role that was over before its turn came is left out, and the same one may be told twice:
 * after a failure (tried again until it succeeds or is over), and when the agent starts.
 */
export class RoleHook {
  private told: HostRole | null = null;
  private running = false;
  private notBefore = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: RoleHookOptions) {}

  start(): void {
    this.timer = setInterval(() => this.look(), EVERY_MS);
    this.look();
  }

  /** A run that is under way is left to end by itself. */
  stop(): void {
    clearInterval(this.timer);
  }

  /** Compares what is with what was told. Public, so that a test needs no timer. */
  look(): void {
    const role = this.options.role();
    const early = this.options.now() < this.notBefore;
    if (this.running || role === this.told || early) return;
    this.running = true;
    void this.options.run(role, this.told).then((outcome) => {
      this.running = false;
      if (outcome.ok) this.told = role;
      this.notBefore = outcome.ok ? 0 : this.options.now() + RETRY_MS;
      this.options.onEnded(role, outcome);
    });
  }
}

/**
 * `primary` from the open port on, and not before: a hook that points applications here must find
 * service. `none` as soon as it is closed.
 */
export function hostRoleOf({ member, cluster, options }: NodeState): HostRole {
  if (member === null) return 'none';
  if (cluster.primary === options.me && cluster.phase === 'running') {
    return member.host.open ? 'primary' : 'none';
  }
  const { database } = member;
  return database?.role === 'standby' && database.receiving === true ? 'standby' : 'none';
}
