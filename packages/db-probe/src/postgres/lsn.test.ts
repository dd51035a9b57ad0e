import fc from 'fast-check';
import { formatLsn, parseLsn } from './lsn.js';

test.each([
  ['0/0', 0],
  ['0/5000060', 83886176],
  ['1/0', 4294967296],
  ['A/1B', 42949672987],
])('%s is %d bytes into the log', (text, lsn) => {
  expect(parseLsn(text)).toBe(lsn);
  expect(formatLsn(lsn)).toBe(text);
});

test.each(['', '0', '0/', '/1', '0/G', '0/123456789', 'FFFFFFFF/FFFFFFFF'])(
  '"%s" is no position that can be kept exactly',
  (text) => {
    expect(parseLsn(text)).toBeUndefined();
  },
);

test('every position up to 2^53 survives being written and read', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (lsn) => {
      expect(parseLsn(formatLsn(lsn))).toBe(lsn);
    }),
  );
});
