import { instantOf } from '@mha4rdb/kernel';
import { isAlive } from './vitality.js';

test.each([
  ['works', { steppedAt: 9_990, writingSince: null }, true],
  ['writes', { steppedAt: 9_990, writingSince: 9_900 }, true],
  ['took up nothing for a while, within tolerance', { steppedAt: 5_000, writingSince: null }, true],
  ['takes up nothing any more', { steppedAt: 4_999, writingSince: null }, false],
  ['waits for a disk that does not answer', { steppedAt: 9_990, writingSince: 4_999 }, false],
])('a node that %s', (_what, { steppedAt, writingSince }, expected) => {
  const vitals = {
    steppedAt: instantOf(steppedAt),
    writingSince: writingSince === null ? null : instantOf(writingSince),
  };
  expect(isAlive(vitals, instantOf(10_000), 5_000)).toBe(expected);
});
