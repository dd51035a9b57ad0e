import { instantOf, logIndexOf } from '@mha4rdb/kernel';
import { TIMING_PRESETS } from '../lease/timing.js';
import {
  applyAll,
  begin,
  appoint,
  founded,
  n1,
  n2,
  n3,
  running,
} from '../testing/cluster-fixture.js';
import { memberSituation, NOW, SEALED, STOPPED } from '../testing/member-fixture.js';
import { afterRejoinFailure, planRejoin, rejoinAt } from './rejoin.js';
import { reconcile } from './reconcile.js';
import type { MemberState } from './state.js';

const { heartbeat } = TIMING_PRESETS.balanced;
const uncounted = running(founded(), n1, { standbys: [n3], acks: 1 });
const counted = running(founded());
const { epoch } = uncounted;
const record = { promise: logIndexOf(epoch), released: null, mustStream: false };

function planOf(
  rung: 'rewind' | 'clone',
  member: Partial<MemberState> = {},
  cluster = uncounted,
  contactAt: number | null = NOW,
) {
  const given = { cluster, me: n2, database: STOPPED, member: { record, ...member }, contactAt };
  return planRejoin(memberSituation(given), rung);
}

test('the promise for the epoch is on disk before anything is wound back or copied', () => {
  const before = { ...record, promise: logIndexOf(1) };
  expect(planOf('clone', { record: before }).record?.promise).toBe(epoch);
  expect(planOf('clone').record).toBeNull();
});

test('so it is before a wound back directory streams for the first time', () => {
  const before = { ...record, promise: logIndexOf(1), mustStream: true };
  const planned = reconcile(
    memberSituation({ cluster: uncounted, me: n2, database: STOPPED, member: { record: before } }),
  );
  expect(planned).toMatchObject({ record: { promise: epoch }, action: { kind: 'follow' } });
});

test('a counted member is never copied anew: its data does not go backwards; it says what it waits for', () => {
  const planned = planOf('clone', {}, counted);
  expect(planned.action).toBeNull();
  expect(planned.trouble).toMatch('until commits no longer count on it');
  expect(planOf('clone').action).toMatchObject({ kind: 'clone', from: n1, epoch });
});

test.each([
  ['never heard', null],
  ['not heard for more than three heartbeats', NOW - 3 * heartbeat - 1],
])('nothing is wound back towards a primary of the past: a coordinator was %s', (_, contactAt) => {
  for (const rung of ['rewind', 'clone'] as const) {
    expect(planOf(rung, {}, uncounted, contactAt).action).toBeNull();
  }
});

test('nothing is wound back towards a primary that is not confirmed', () => {
  const electing = applyAll(uncounted, [begin(uncounted)]);
  const appointed = applyAll(electing, [appoint(electing, n1)]);
  const promised = { ...record, promise: logIndexOf(appointed.epoch) };
  expect(planOf('rewind', { record: promised }, appointed).action).toBeNull();
});

test('a running server is stopped before its directory is touched', () => {
  const given = { cluster: uncounted, me: n2, database: SEALED, member: { record } };
  expect(planRejoin(memberSituation(given), 'clone').action).toMatchObject({ kind: 'stop' });
});

describe('after a failure', () => {
  const at = (code: string, now = 0) => ({ code, now: instantOf(now) });
  const rewind = rejoinAt(epoch, instantOf(0), 'rewind');
  const clone = rejoinAt(epoch, instantOf(0), 'clone');

  test.each(['unreachable', 'timeout', 'wrong-password', 'missing-binary'])(
    'that says nothing about the logs (%s) the same is tried again, later',
    (code) => {
      const next = afterRejoinFailure(rewind, at(code));
      expect([next.rung, next.notBefore]).toEqual(['rewind', 1000]);
    },
  );

  test('of a rewind that cannot be, the copy follows at once', () => {
    const next = afterRejoinFailure(rewind, at('diverged', 500));
    expect([next.rung, next.notBefore]).toEqual(['clone', 500]);
  });

  test('each time waits longer, up to a minute', () => {
    const waits: number[] = [];
    let rejoin = clone;
    for (let failure = 0; failure < 9; failure++) {
      rejoin = afterRejoinFailure(rejoin, at('no-space'));
      waits.push(rejoin.notBefore);
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  test('nothing is tried before its time, and after three failures a person is told', () => {
    const failing = { ...clone, failures: 2, notBefore: instantOf(NOW + 1) };
    const planned = planOf('clone', { rejoin: failing, failure: 'no space' });
    expect([planned.action, planned.trouble]).toEqual([null, null]);
    const third = planOf('clone', { rejoin: { ...failing, failures: 3 }, failure: 'no space' });
    expect(third.trouble).toBe('no space');
  });
});
