import type { LatencyHistogram } from './latency-histogram.js';

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels?: Labels;
  readonly value: number;
}

interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly lines: () => readonly string[];
}

/** Counts up from the start of the process. */
export interface Counter {
  readonly add: (amount?: number, labels?: Labels) => void;
}

/** Series of one counter, at most; the labels are ours, and a slip must not eat the memory. */
const MOST_SERIES = 200;

/**
 * What the node counts, in Prometheus' text form. Written here, since a client library costs more
 * memory (12 MB measured) than the whole of it is worth within the agent's 80 MB.
 */
export class Metrics {
  private readonly families: Family[] = [];

  counter(name: string, help: string): Counter {
    const series = new Map<string, number>();
    const lines = (): string[] => [...series].map(([labels, value]) => `${name}${labels} ${value}`);
    this.families.push({ name, help, type: 'counter', lines });
    return {
      add: (amount = 1, labels = {}) => {
        const key = labelText(labels);
        if (series.has(key) || series.size < MOST_SERIES) {
          series.set(key, (series.get(key) ?? 0) + amount);
        }
      },
    };
  }

  /** Read when asked for; samples that are not numbers are left out. */
  gauge(name: string, help: string, read: () => readonly Sample[]): void {
    this.families.push({ name, help, type: 'gauge', lines: () => sampleLines(name, read()) });
  }

  /** Counted elsewhere, read when asked for. */
  counterFrom(name: string, help: string, read: () => readonly Sample[]): void {
    this.families.push({ name, help, type: 'counter', lines: () => sampleLines(name, read()) });
  }

  histogram(name: string, help: string, histogram: LatencyHistogram, labels: Labels = {}): void {
    const lines = (): string[] => {
      const { buckets, count, sumSeconds } = histogram.read();
      return [
        ...buckets.map(
          ({ atMost, count: below }) =>
            `${name}_bucket${labelText({ ...labels, le: String(atMost) })} ${below}`,
        ),
        `${name}_bucket${labelText({ ...labels, le: '+Inf' })} ${count}`,
        `${name}_sum${labelText(labels)} ${sumSeconds}`,
        `${name}_count${labelText(labels)} ${count}`,
      ];
    };
    this.families.push({ name, help, type: 'histogram', lines });
  }

  /** Prometheus' text form 0.0.4. */
  render(): string {
    return this.families
      .map(({ name, help, type, lines }) =>
        [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines(), ''].join('\n'),
      )
      .join('');
  }
}

function sampleLines(name: string, samples: readonly Sample[]): readonly string[] {
  return samples
    .filter(({ value }) => Number.isFinite(value))
    .map(({ labels = {}, value }) => `${name}${labelText(labels)} ${value}`);
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
