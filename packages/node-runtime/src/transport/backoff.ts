/** Waits that double from `firstMs` to `mostMs`, each shortened at random by up to a half. */
export class Backoff {
  private failures = 0;

  constructor(
    private readonly limits: { readonly firstMs: number; readonly mostMs: number },
    private readonly random: () => number = Math.random,
  ) {}

  next(): number {
    const full = Math.min(this.limits.mostMs, this.limits.firstMs * 2 ** this.failures);
    this.failures = Math.min(this.failures + 1, 30);
    return full * (0.5 + this.random() / 2);
  }

  reset(): void {
    this.failures = 0;
  }
}
