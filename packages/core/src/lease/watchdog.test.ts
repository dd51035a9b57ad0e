import { instantOf } from '@mha4rdb/kernel';
import fc from 'fast-check';
import { CLOCK_RATIO, TIMING_PRESETS } from './timing.js';
import { firesNotAfter, fitWatchdog, isGuarded, planWatchdog } from './watchdog.js';

const T = 1000;
const at = (ms: number | null) => (ms === null ? null : instantOf(ms));

test.each([
  ['nothing runs, nobody passes', { until: null, firesAt: null, now: 5000 }, 'rest'],
  ['nobody passes any more', { until: null, firesAt: 5800, now: 5000 }, 'disarm'],
  ['a fresh grant', { until: 9000, firesAt: null, now: 5000 }, 'arm'],
  ['a grant that is too short for one run', { until: 6020, firesAt: null, now: 5000 }, 'rest'],
  ['a grant that one run just fits into', { until: 6021, firesAt: null, now: 5000 }, 'arm'],
  ['a renewed grant', { until: 9000, firesAt: 5700, now: 5000 }, 'pet'],
  ['no room for a pause and a run', { until: 6720, firesAt: 5700, now: 5000 }, 'let-run'],
  ['just room for both', { until: 6721, firesAt: 5700, now: 5000 }, 'pet'],
  ['a grant that is over', { until: 4000, firesAt: 5700, now: 5000 }, 'let-run'],
] as const)('%s', (_what, { until, firesAt, now }, expected) => {
  const situation = { until: at(until), firesAt: at(firesAt), timeoutMs: T, now: instantOf(now) };
  expect(planWatchdog(situation)).toBe(expected);
});

test('whatever pause falls between decision and pet, the device fires before the grant ends (I-3)', () => {
  const ms = fc.integer({ min: 0, max: 30_000 });
  fc.assert(
    fc.property(
      ms,
      ms,
      ms,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (length, left, T, share) => {
        const now = instantOf(50_000);
        const until = instantOf(50_000 + length);
        const firesAt = instantOf(50_000 + left);
        fc.pre(planWatchdog({ until, firesAt, timeoutMs: T, now }) === 'pet');
        // A longer pause than `left` ends in the reset itself.
        const petted = now + share * left;
        expect(petted + CLOCK_RATIO * T).toBeLessThanOrEqual(until + 1e-6);
      },
    ),
  );
});

test('a device that was armed late guards nothing until a renewal covers it', () => {
  const firesAt = firesNotAfter(instantOf(5000), T);
  expect(firesAt).toBeCloseTo(5000 + T * CLOCK_RATIO);
  expect(isGuarded(firesAt, instantOf(6020))).toBe(false);
  expect(isGuarded(firesAt, instantOf(6021))).toBe(true);
  expect(isGuarded(null, instantOf(9000))).toBe(false);
});

test('relaxed timing bears a watchdog of 2 s', () => {
  expect(fitWatchdog(TIMING_PRESETS.relaxed, 2000)).toEqual({ ok: true, value: undefined });
});

test.each([
  ['balanced', 1000, 'R·timeout + loopGap ≤ margin (1221 ms against 800 ms)'],
  ['fast', 1000, '2·R·timeout + commit ≤ grant (2141 ms against 1200 ms)'],
  ['relaxed', 1000, 'heartbeat + loopGap ≤ timeout (1900 ms against 1000 ms)'],
  ['relaxed', 5000, '2·R·timeout + commit ≤ grant (11203 ms against 10000 ms)'],
] as const)('%s timing does not go with a watchdog of %d ms', (preset, timeoutMs, said) => {
  const fit = fitWatchdog(TIMING_PRESETS[preset], timeoutMs);
  expect(fit.ok ? '' : fit.error.message).toContain(said);
});
