import { epochOf, incarnationOf, instantOf, type DatabaseObservation } from '@mha4rdb/kernel';
import { TIMING_PRESETS } from '../lease/timing.js';
import {
  applyAll,
  appoint,
  begin,
  founded,
  n1,
  n2,
  n3,
  position,
  running,
} from '../testing/cluster-fixture.js';
import { memberSituation, NOW, PRIMARY, SEALED, STOPPED } from '../testing/member-fixture.js';
import { reconcile } from './reconcile.js';
import type { MemberState } from './state.js';

const { grant: D, margin: A } = TIMING_PRESETS.balanced;
const inService = running(founded());
const { epoch } = inService;
const electing = applyAll(inService, [begin(inService)]);
const appointed = applyAll(electing, [appoint(electing, n1)]);
const incarnation = incarnationOf(2);
const adopt = { type: 'Adopt', epoch, member: n1, incarnation };

function planOf(
  database: DatabaseObservation | null,
  member: Partial<MemberState> = {},
  cluster = inService,
) {
  const life = { incarnation, startedAt: instantOf(NOW), ...member };
  return reconcile(memberSituation({ cluster, database, member: life }));
}

test.each([
  ['stronger than the record', { standbys: [n2], acks: 1 }],
  ['as the record', { standbys: [n2, n3], acks: 1 }],
])('a restarted agent keeps the rule of its database until Adopt is applied: %s', (_, rule) => {
  const planned = planOf({ ...PRIMARY, rule });
  expect(planned).toMatchObject({
    wish: { kind: 'inherit' },
    action: null,
    record: null,
    proposals: [adopt],
    member: { heirOf: epoch },
  });
  const adopted = { ...inService, incarnation };
  const next = planOf({ ...PRIMARY, rule }, { heirOf: epoch }, adopted);
  expect(next.wish).toEqual({ kind: 'inherit' });
  expect(next.proposals).toContainEqual(expect.objectContaining({ type: 'RenewGrant' }));
});

test('an agent that has not looked yet changes nothing: neither leases nor database', () => {
  expect(planOf(null)).toMatchObject({ wish: { kind: 'inherit' }, action: null, proposals: [] });
});

test('a server that hangs is adopted too: it may answer again', () => {
  expect(planOf({ ...PRIMARY, role: 'silent', works: false })).toMatchObject({
    wish: { kind: 'inherit' },
    action: null,
    proposals: [adopt],
  });
});

test.each([
  ['is a standby', SEALED],
  ['is of another epoch', { ...PRIMARY, position: position(epoch + 3, 1) }],
])('nothing is taken over where the database %s: stopped at once, port closed', (_, database) => {
  expect(planOf(database)).toMatchObject({
    wish: { kind: 'closed' },
    action: { kind: 'stop', mode: 'immediate' },
    proposals: [adopt],
  });
});

test('a database that died with the former life is adopted all the same, to be released at once', () => {
  expect(planOf(STOPPED)).toMatchObject({
    wish: { kind: 'closed' },
    action: null,
    proposals: [adopt],
  });
});

test('an appointment that was not finished is not taken over', () => {
  const planned = planOf(PRIMARY, {}, appointed);
  expect(planned).toMatchObject({ wish: { kind: 'closed' }, proposals: [] });
  expect(planned.action).toMatchObject({ kind: 'stop' });
});

test('an earlier life than the one in office never adopts', () => {
  const later = { ...inService, incarnation: incarnationOf(9) };
  expect(planOf(PRIMARY, {}, later).proposals).toEqual([]);
});

test('what the former life left lasts no longer than a grant that began with this life', () => {
  const startedAt = (at: number) => ({ startedAt: instantOf(at) });
  expect(planOf(PRIMARY, startedAt(NOW - (D - A) + 1)).wish).toEqual({ kind: 'inherit' });
  const over = planOf(PRIMARY, startedAt(NOW - (D - A)));
  expect(over).toMatchObject({ wish: { kind: 'closed' }, action: { kind: 'stop' } });
  const adopted = { ...inService, incarnation };
  const unrenewed = { heirOf: epoch, ...startedAt(NOW - (D - A)) };
  expect(planOf(PRIMARY, unrenewed, adopted)).toMatchObject({
    wish: { kind: 'closed' },
    action: { kind: 'stop', mode: 'immediate' },
  });
  expect(planOf(PRIMARY, { ...unrenewed, heirOf: epochOf(1) }, adopted).wish.kind).not.toBe('open');
});
