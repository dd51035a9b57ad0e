import { millisecondsText } from '../render/words.js';

const MOST_BARS = 10;
const STEPS_MS = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 60_000];

/** Values by their size, a line for each step. */
export function histogram(
  values: readonly number[],
  { columns, unicode }: { readonly columns: number; readonly unicode: boolean },
): readonly string[] {
  if (values.length < 2) return [];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const step = STEPS_MS.find((ms) => (most - least) / ms < MOST_BARS) ?? 60_000;
  const first = Math.floor(least / step);
  const counts = Array.from({ length: Math.floor(most / step) - first + 1 }, () => 0);
  for (const value of values) {
    const bar = Math.floor(value / step) - first;
    counts[bar] = (counts[bar] ?? 0) + 1;
  }
  const widest = Math.max(...counts);
  const room = Math.max(10, Math.min(60, columns - 30));
  return counts.map((count, index) => {
    const from = millisecondsText((first + index) * step).padStart(10);
    const length = Math.ceil((count / widest) * room);
    return `  ${from} ${(unicode ? '█' : '#').repeat(length)}${count > 0 ? ` ${count}` : ''}`;
  });
}
