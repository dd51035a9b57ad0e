import { addDuration, instantOf } from '@mha4rdb/kernel';
import {
  keepsVanishing,
  noteVanished,
  VANISH_LIMIT,
  VANISH_WINDOW_MS,
  type Vanishings,
} from './vanishing.js';

const NOW = instantOf(100_000);
const times = (count: number, everyMs: number): Vanishings =>
  Array.from({ length: count }, (_, index) => addDuration(NOW, index * everyMs)).reduce(
    noteVanished,
    [] as Vanishings,
  );
const after = (ms: number) => addDuration(NOW, ms);

it('a VIP that somebody removes now and then is put back', () => {
  expect(keepsVanishing([], NOW)).toBe(false);
  expect(keepsVanishing(times(VANISH_LIMIT - 1, 10), after(50))).toBe(false);
  expect(keepsVanishing(times(20, VANISH_WINDOW_MS / 4), after(20 * 2500))).toBe(false);
});

it('one that keeps vanishing is given up, until it has been quiet for a while', () => {
  const seen = times(50, 100);
  expect(seen).toHaveLength(VANISH_LIMIT);
  expect(keepsVanishing(seen, after(5000))).toBe(true);
  expect(keepsVanishing(seen, after(5000 + VANISH_WINDOW_MS))).toBe(false);
});
