import { instantOf } from '@mha4rdb/kernel';
import {
  afterHook,
  HOOK_LOOK_MS,
  HOOK_RETRY_MS,
  HOOK_UNKNOWN,
  hookDeadlineMs,
  planHook,
  type HookSight,
} from './hook-lease.js';

const NOW = instantOf(100_000);
const LATER = instantOf(102_000);
const seen = (sight: HookSight, age = 0, failed: number | null = null) => ({
  sight,
  lookedAt: sight === 'unknown' ? null : instantOf(NOW - age),
  failedAt: failed === null ? null : instantOf(NOW - failed),
});

test.each([
  ['nothing is known, and it is wanted', HOOK_UNKNOWN, LATER, 'status'],
  ['nothing is known, and it is not wanted', HOOK_UNKNOWN, null, 'status'],
  ['wanted and not here', seen('absent'), LATER, 'acquire'],
  ['wanted and here', seen('held'), LATER, 'rest'],
  ['wanted and here, looked at long ago', seen('held', HOOK_LOOK_MS), LATER, 'status'],
  ['not wanted and here', seen('held'), null, 'release'],
  ['not wanted and not here', seen('absent'), null, 'rest'],
  ['not wanted, looked at long ago', seen('absent', HOOK_LOOK_MS), null, 'status'],
  ['here under a grant that is over', seen('held'), NOW, 'release'],
  ['not here, under a grant that is over', seen('absent'), NOW, 'rest'],
  ['just failed', seen('unknown', 0, HOOK_RETRY_MS - 1), null, 'rest'],
  ['failed a while ago', seen('unknown', 0, HOOK_RETRY_MS), null, 'status'],
] as const)('%s', (_what, belief, until, expected) => {
  expect(planHook(belief, until, NOW)).toBe(expected);
});

test('an acquisition may not run past its grant; others have their own time', () => {
  expect(hookDeadlineMs('acquire', 5000, LATER, NOW)).toBe(2000);
  expect(hookDeadlineMs('acquire', 1000, LATER, NOW)).toBe(1000);
  expect(hookDeadlineMs('release', 5000, null, NOW)).toBe(5000);
  expect(hookDeadlineMs('status', 5000, LATER, NOW)).toBe(5000);
});

test.each([
  ['acquire', 0, 'unknown', false],
  ['acquire', 1, 'unknown', true],
  ['release', 0, 'unknown', false],
  ['release', null, 'unknown', true],
  ['status', 0, 'held', false],
  ['status', 1, 'absent', false],
  ['status', 2, 'unknown', true],
  ['status', null, 'unknown', true],
] as const)('after %s that ended with %j it is %s', (step, code, sight, failed) => {
  const belief = afterHook(step, code, NOW);
  expect([belief.sight, belief.failedAt !== null]).toEqual([sight, failed]);
});
