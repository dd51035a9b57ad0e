import { epochOf, incarnationOf, instantOf, type DatabaseObservation } from '@mha4rdb/kernel';
import { applyAll, begin, founded, n2, position, running } from '../testing/cluster-fixture.js';
import { memberSituation, NOW, PRIMARY, STOPPED } from '../testing/member-fixture.js';
import { reconcile } from './reconcile.js';
import { planRetirement } from './retire.js';
import type { MemberState } from './state.js';

const inService = running(founded());
const { epoch } = inService;
const incarnation = incarnationOf(1);
const released = {
  promise: epoch as number as never,
  released: { epoch, incarnation },
  mustStream: false,
};
const fenced = { epoch, reason: 'the grant ran out' };

function planOf(
  member: Partial<MemberState>,
  database: DatabaseObservation = STOPPED,
  cluster = inService,
) {
  const given = memberSituation({ cluster, database, member: { fenced, ...member } });
  return planRetirement(given, 'the grant ran out');
}

test('the database stops first, at once: no waiter is released, for what it would hear is rewound', () => {
  for (const process of ['running', 'stopping'] as const) {
    const planned = planOf({}, { ...PRIMARY, process });
    expect(planned).toMatchObject({
      wish: { kind: 'closed' },
      action: { kind: 'stop', mode: 'immediate' },
      record: null,
      proposals: [],
    });
  }
});

test('the release is on disk before it is proposed', () => {
  expect(planOf({})).toMatchObject({ record: { released: { epoch, incarnation } }, proposals: [] });
  expect(planOf({ record: released })).toMatchObject({
    record: null,
    proposals: [{ type: 'ReleaseGrant', epoch, incarnation, kind: 'dead', position: null }],
  });
});

test.each([
  ['the kernel still lets clients in', { open: true, vip: false }],
  ['the address is still here', { open: false, vip: true }],
])('nothing is released while %s', (_, seen) => {
  const host = { fencing: 'port', vips: [], vipMs: 0, ...seen };
  expect(planOf({ record: released, host }).proposals).toEqual([]);
});

test('a life that was not the one in office does not release for it', () => {
  expect(planOf({ record: released, incarnation: incarnationOf(2) }).proposals).toEqual([]);
});

test('after the election began there is nothing to release', () => {
  const electing = applyAll(inService, [begin(inService)]);
  expect(planOf({ record: released }, STOPPED, electing).proposals).toEqual([]);
});

test('a clean stop is released with where the log ended; a switchover by its name', () => {
  const switching = applyAll(inService, [
    { type: 'StartSwitchover', id: 'op', epoch, to: n2, at: 0 },
  ]);
  const handOver = { id: 'op', stage: 'release', position: position(epoch, 700) } as const;
  expect(planOf({ record: released, handOver }, STOPPED, switching).proposals).toMatchObject([
    { type: 'ReleaseGrant', kind: 'clean', position: position(epoch, 700), switchover: 'op' },
  ]);
});

test('the record of a release is never overwritten by one of an older epoch, met again in a replay', () => {
  const newer = { ...released, released: { epoch: epochOf(epoch + 5), incarnation } };
  expect(planOf({ record: newer })).toMatchObject({ record: null, proposals: [] });
});

test('a restart after a release that is under way goes on releasing, and never opens', () => {
  const later = memberSituation({
    cluster: inService,
    database: PRIMARY,
    member: { record: released, incarnation: incarnationOf(2), startedAt: instantOf(NOW) },
  });
  expect(reconcile(later)).toMatchObject({
    wish: { kind: 'closed' },
    action: { kind: 'stop', mode: 'immediate' },
  });
});
