import colors from 'picocolors';
import type { MemberState, Verdict } from '@mha4rdb/client';

/** What cannot be told. */
export const NOTHING = '-';

export function orNothing(value: string | number | null): string {
  return value === null || value === '' ? NOTHING : String(value);
}

/** `0 B`, `12.5 kB`, `3.1 MB`; decimal, as disks and links are sold. */
export function bytesText(bytes: number | null): string {
  if (bytes === null) return NOTHING;
  let value = bytes;
  for (const unit of ['B', 'kB', 'MB', 'GB']) {
    if (value < 1000) return `${unit === 'B' ? value : value.toFixed(1)} ${unit}`;
    value /= 1000;
  }
  return `${value.toFixed(1)} TB`;
}

/** `43 ms`, `2.61 s`, `3 m 20 s`. */
export function millisecondsText(milliseconds: number | null): string {
  if (milliseconds === null) return NOTHING;
  if (milliseconds < 1000) return `${milliseconds} ms`;
  if (milliseconds < 120_000) return `${(milliseconds / 1000).toFixed(2)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} m ${seconds % 60} s`;
}

/** To the second, in UTC: `2026-11-23 09:00:00Z`. The beginning of time stands for "never". */
export function timeText(iso: string): string {
  if (Date.parse(iso) === 0) return NOTHING;
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}Z`;
}

export function verdictText(verdict: Verdict): string {
  switch (verdict) {
    case 'healthy':
      return colors.green(verdict);
    case 'degraded':
      return colors.yellow(verdict);
    case 'unavailable':
      return colors.red(verdict);
  }
}

export function stateText(state: MemberState): string {
  switch (state) {
    case 'primary':
      return colors.green(state);
    case 'standby':
    case 'arbiter':
      return state;
    case 'failed':
    case 'diverged':
    case 'unreachable':
    case 'unknown':
      return colors.red(state);
    default:
      return colors.yellow(state);
  }
}
