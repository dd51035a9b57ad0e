/** Counts wrong passwords as openGauss does, and locks: `failed_login_attempts`, `password_lock_time`. */
export class Accounts {
  private readonly failures = new Map<string, { count: number; lockedAt?: number }>();

  constructor(
    private readonly attempts: number,
    private readonly lockMs: number,
  ) {}

  isLocked(user: string): boolean {
    const account = this.failures.get(user);
    if (account?.lockedAt === undefined) return false;
    if (performance.now() - account.lockedAt < this.lockMs) return true;
    this.failures.delete(user);
    return false;
  }

  /** Answers how many wrong passwords came in a row. */
  wrong(user: string): number {
    const account = this.failures.get(user) ?? { count: 0 };
    account.count += 1;
    if (this.attempts > 0 && account.count >= this.attempts) account.lockedAt = performance.now();
    this.failures.set(user, account);
    return account.count;
  }

  right(user: string): void {
    this.failures.delete(user);
  }
}
