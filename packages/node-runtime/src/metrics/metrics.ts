import type { LatencyHistogram } from './latency-histogram.js';

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels?: Labels;
  readonly value: number;
}

type FamilyType = 'counter' | 'gauge' | 'histogram';

interface Family {
  readonly help: string;
  readonly type: FamilyType;
  readonly sources: (() => readonly string[])[];
}

/** Counts up from the start of the process. */
export interface Counter {
  readonly add: (labels?: Labels) => void;
}

/** Series of one counter, at most; the labels are ours, and a slip must not eat the memory. */
const MOST_SERIES = 200;

/**
 * What the node counts, in Prometheus' text form. Written here, since a client library costs more
 * memory (12 MB measured) than the whole of it is worth within the agent's 80 MB.
 */
export class Metrics {
  private readonly families = new Map<string, Family>();

  counter(name: string, help: string): Counter {
    const series = new Map<string, number>();
    this.add(name, help, 'counter', () =>
      [...series].map(([labels, value]) => `${name}${labels} ${value}`),
    );
    return {
      add: (labels = {}) => {
        const key = labelText(labels);
        if (series.has(key) || series.size < MOST_SERIES) {
          series.set(key, (series.get(key) ?? 0) + 1);
        }
      },
    };
  }

  /** Read when asked for; samples that are not numbers are left out. */
  gauge(name: string, help: string, read: () => readonly Sample[]): void {
    this.add(name, help, 'gauge', () => sampleLines(name, read()));
  }

  /** Counted elsewhere, read when asked for. */
  counterFrom(name: string, help: string, read: () => readonly Sample[]): void {
    this.add(name, help, 'counter', () => sampleLines(name, read()));
  }

  /** Several histograms may share a name, each with labels of its own. */
  histogram(name: string, help: string, histogram: LatencyHistogram, labels: Labels = {}): void {
    this.add(name, help, 'histogram', () => {
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
    });
  }

  /** Prometheus' text form 0.0.4. */
  render(): string {
    return [...this.families]
      .flatMap(([name, { help, type, sources }]) => [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} ${type}`,
        ...sources.flatMap((lines) => lines()),
        '',
      ])
      .join('\n')
      .replaceAll('\n\n', '\n');
  }

  private add(name: string, help: string, type: FamilyType, lines: () => readonly string[]): void {
    const family = this.families.get(name) ?? { help, type, sources: [] };
    family.sources.push(lines);
    this.families.set(name, family);
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
