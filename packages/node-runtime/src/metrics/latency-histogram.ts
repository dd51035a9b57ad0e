/** Upper bounds of the buckets in seconds: from a fast disk to a sick one. */
const BOUNDS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
] as const;

/** What a histogram holds at one moment, as Prometheus wants it: counts are cumulative. */
export interface LatencyCounts {
  readonly buckets: readonly { readonly atMost: number; readonly count: number }[];
  readonly count: number;
  readonly sumSeconds: number;
}

/** Counts lengths of time in fixed buckets; costs nothing but an array. */
export class LatencyHistogram {
  private readonly counts: number[] = BOUNDS.map(() => 0);
  private total = 0;
  private sumMs = 0;

  observe(milliseconds: number): void {
    const index = BOUNDS.findIndex((bound) => milliseconds <= bound * 1000);
    if (index >= 0) this.counts[index] = (this.counts[index] ?? 0) + 1;
    this.total += 1;
    this.sumMs += milliseconds;
  }

  read(): LatencyCounts {
    let count = 0;
    const buckets = BOUNDS.map((atMost, index) => {
      count += this.counts[index] ?? 0;
      return { atMost, count };
    });
    return { buckets, count: this.total, sumSeconds: this.sumMs / 1000 };
  }
}
