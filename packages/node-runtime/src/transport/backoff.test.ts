import { Backoff } from './backoff.js';

test('waits double up to the longest, and begin anew after a success', () => {
  const backoff = new Backoff({ firstMs: 50, mostMs: 1000 }, () => 1);
  expect(Array.from({ length: 7 }, () => backoff.next())).toEqual([
    50, 100, 200, 400, 800, 1000, 1000,
  ]);
  backoff.reset();
  expect(backoff.next()).toBe(50);
});

test('chance takes away at most a half', () => {
  expect(new Backoff({ firstMs: 50, mostMs: 1000 }, () => 0).next()).toBe(25);
});
