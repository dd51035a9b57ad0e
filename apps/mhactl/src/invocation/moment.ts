import { InvalidArgumentError } from 'commander';

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * A time to come: RFC 3339 with its zone, since the hosts may have another one than the caller, or
 * `+10m` from now.
 */
export function parseMoment(text: string, now = Date.now()): Date {
  const [, count, unit = ''] = /^\+(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return new Date(now + Number(count) * (UNIT_MS[unit] ?? 0));
  const zoned = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/.test(text);
  const time = zoned ? Date.parse(text.replace(' ', 'T')) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new InvalidArgumentError(
      'Write a time with its zone, such as 2026-12-01T02:00Z, or +10m from now.',
    );
  }
  return new Date(time);
}
