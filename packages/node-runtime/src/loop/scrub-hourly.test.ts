import type { Decision } from '@mha4rdb/core';
import { err, ok, type Result } from '@mha4rdb/kernel';
import { scrubHourly } from './scrub-hourly.js';

const HOUR_MS = 3_600_000;

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('damage is told each hour, and a busy disk is asked again soon', async () => {
  const results: Result<'clean' | 'busy', 'corrupt'>[] = [
    ok('clean'),
    ok('busy'),
    err('corrupt', 'the log is damaged'),
  ];
  const told: Decision[] = [];
  let asked = 0;
  const disk = {
    scrub: () => Promise.resolve(results[asked++] ?? ok('clean' as const)),
  };
  const stop = scrubHourly(disk, (decision) => told.push(decision), fail);
  await jest.advanceTimersByTimeAsync(HOUR_MS);
  expect([asked, told.length]).toEqual([1, 0]);
  await jest.advanceTimersByTimeAsync(HOUR_MS);
  expect(asked).toBe(2);
  await jest.advanceTimersByTimeAsync(1000);
  expect(told).toEqual([
    { event: 'disk-damaged', fields: { code: 'corrupt', message: 'the log is damaged' } },
  ]);
  stop();
  await jest.advanceTimersByTimeAsync(2 * HOUR_MS);
  expect(asked).toBe(3);
});

function fail(error: unknown): never {
  throw error;
}
