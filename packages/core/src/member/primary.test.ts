import { instantOf, type DatabaseObservation } from '@mha4rdb/kernel';
import { TIMING_PRESETS } from '../lease/timing.js';
import { founded, running } from '../testing/cluster-fixture.js';
import { memberSituation, NOW, PRIMARY, SEALED, STOPPED } from '../testing/member-fixture.js';
import { reconcile } from './reconcile.js';
import type { MemberState } from './state.js';

const { grant: D, margin: A, heartbeat } = TIMING_PRESETS.balanced;
const inService = running(founded());
const { epoch } = inService;
const until = (end: number) => ({ grant: { epoch, end: instantOf(end) } });

function planOf(member: Partial<MemberState>, database: DatabaseObservation = PRIMARY) {
  return reconcile(memberSituation({ cluster: inService, database, member }));
}

test('in service: open, and renewing', () => {
  expect(planOf(until(NOW + D))).toMatchObject({
    wish: { kind: 'open', until: NOW + D },
    proposals: [{ type: 'RenewGrant', epoch, sendStamp: NOW }],
    member: { fenced: null },
  });
});

describe('fences itself: closed, stopped at once, never open again in this epoch', () => {
  const hanging = { ...PRIMARY, works: false, role: 'silent' } as const;
  test.each([
    ['the margin before the end of its grant', until(NOW + A), PRIMARY],
    ['after the end of its grant', until(NOW - 1), PRIMARY],
    ['also when the server hangs', until(NOW + A), hanging],
    ['when its server was made a standby', until(NOW + D), SEALED],
    ['when told to stop at once', { ...until(NOW + D), shutdown: 'immediate' }, PRIMARY],
  ] as const)('%s', (_, member, database) => {
    const planned = planOf(member, database);
    expect(planned).toMatchObject({
      wish: { kind: 'closed' },
      action: { kind: 'stop', mode: 'immediate' },
      proposals: [],
      member: { fenced: { epoch } },
    });
    const recovered = planOf({ fenced: planned.member.fenced, ...until(NOW + D) });
    expect(recovered.wish).toEqual({ kind: 'closed' });
    expect(recovered.action).toMatchObject({ kind: 'stop' });
  });

  test('when its server died: the release goes on disk', () => {
    const planned = planOf(until(NOW + D), STOPPED);
    expect(planned).toMatchObject({ wish: { kind: 'closed' }, record: { released: { epoch } } });
  });
});

test('one moment before the margin it is still open', () => {
  expect(planOf(until(NOW + A + 1)).wish.kind).toBe('open');
});

test('a hung server keeps the port until the margin, and gets no renewal', () => {
  const planned = planOf(until(NOW + D), { ...PRIMARY, works: false, role: 'silent' });
  expect(planned.wish.kind).toBe('open');
  expect(planned.proposals).toEqual([]);
});

test('access rules are opened after the confirmation, and nothing else is done before', () => {
  const planned = planOf(until(NOW + D), { ...PRIMARY, admits: 'replication' });
  expect(planned).toMatchObject({ wish: { kind: 'peers' }, action: { kind: 'admit', who: 'all' } });
});

test('the opening closes the event in the history, once the kernel shows the port open', () => {
  const gate = { epoch, confirmedAt: instantOf(NOW - 90), openedAt: null, flushed: false };
  const types = (open: boolean) =>
    planOf({
      ...until(NOW + D),
      gate,
      host: { fencing: 'port', vip: open, vips: [], vipMs: 30, open },
    }).proposals;
  expect(types(false).map(({ type }) => type)).not.toContain('RecordOpened');
  expect(types(true)).toContainEqual(
    expect.objectContaining({ type: 'RecordOpened', gateMs: 60, vipMs: 30 }),
  );
});

test('a planned restart of the agent renews by a longer grant; the database is left in place', () => {
  const planned = planOf({ ...until(NOW + D), shutdown: 'keep' });
  expect(planned).toMatchObject({
    wish: { kind: 'open' },
    action: null,
    proposals: [{ type: 'KeepGrant', maxMs: 15_000, sendStamp: NOW }],
  });
});

test('a proposal that was lost is made again each heartbeat, not at each event', () => {
  const at = (last: number) =>
    planOf({ ...until(NOW + D), proposedAt: { RenewGrant: instantOf(last) } }).proposals.length;
  expect(at(NOW - heartbeat + 1)).toBe(0);
  expect(at(NOW - heartbeat)).toBe(1);
});

test.each([
  ['a server that hangs', { ...PRIMARY, works: false, role: 'silent' }, /does not answer/],
  ['a full disk', { ...PRIMARY, works: false }, /no write reaches/],
  ['a cut to the coordinator', PRIMARY, /coordinator could not be reached/],
] as const)('says which kept its grant from being renewed: %s', (_, database, reason) => {
  expect(planOf(until(NOW + A), database).member.fenced?.reason).toMatch(reason);
});

test.each([
  ['failed', true, 'closed'],
  ['failed', false, 'open'],
  ['ready', true, 'open'],
  ['armed', true, 'open'],
] as const)('a watchdog that is %s, required: %j: %s', (state, required, wish) => {
  const host = {
    fencing: 'port',
    vip: false,
    vips: [],
    vipMs: 0,
    open: false,
    watchdog: { state, required, firesAt: null },
  };
  const planned = planOf({ ...until(NOW + D), host });
  expect(planned.wish.kind).toBe(wish);
  expect(planned.member.fenced?.reason ?? '').toMatch(wish === 'closed' ? /watchdog/ : /^$/);
});
