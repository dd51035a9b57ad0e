import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Reads `500ms`, `30s`, `2m`, or a bare number of seconds; answers in milliseconds. */
export function parseTimeout(text: string): number {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim()) ?? [];
  const milliseconds = Number(amount) * (UNITS[unit] ?? NaN);
  if (!(milliseconds >= 1)) {
    throw new InvalidArgumentError('Write a time like 500ms, 30s or 2m.');
  }
  return Math.round(milliseconds);
}
