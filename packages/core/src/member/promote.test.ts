import {
  epochOf,
  incarnationOf,
  instantOf,
  logIndexOf,
  type DatabaseObservation,
} from '@mha4rdb/kernel';
import { TIMING_PRESETS } from '../lease/timing.js';
import {
  applyAll,
  appoint,
  begin,
  founded,
  n2,
  n3,
  position,
  running,
} from '../testing/cluster-fixture.js';
import { memberSituation, NOW, PRIMARY, SEALED, STOPPED } from '../testing/member-fixture.js';
import { reconcile } from './reconcile.js';
import { streamingWish } from './promote.js';
import type { AppointmentProgress, MemberState } from './state.js';

const { grant: D, margin: A } = TIMING_PRESETS.balanced;
const inService = running(founded());
const electing = applyAll(inService, [begin(inService)]);
const rule = { standbys: [n3], acks: 1 };
const appointed = applyAll(electing, [appoint(electing, n2, rule)]);
const { epoch } = appointed;
const record = { promise: logIndexOf(epoch), released: null, mustStream: false };

const nothing: AppointmentProgress = {
  epoch,
  since: instantOf(NOW - 500),
  ruleApplied: false,
  promotion: null,
  marker: null,
  barrierDone: false,
};
const ruled = { ...nothing, ruleApplied: true };
const promoted = { ...ruled, promotion: { timeline: 3, switchLsn: 100, history: [] } };
const marked = { ...promoted, marker: position(epoch, 120, 3) };
const done = { ...marked, barrierDone: true };

function planOf(
  member: Partial<MemberState>,
  database: DatabaseObservation = SEALED,
  rest: { readonly now?: number; readonly contactAt?: number | null } = {},
) {
  return reconcile(memberSituation({ cluster: appointed, me: n2, database, member, ...rest }));
}

test('the promise for the epoch is on disk before the first step of the promotion', () => {
  const planned = planOf({});
  expect(planned.record?.promise).toBe(epoch);
});

test.each([
  ['the rule, so that no commit is without it', nothing, { kind: 'applyRule', rule, epoch }],
  ['then the promotion', ruled, { kind: 'promote', epoch }],
  ['then the marker of the epoch', promoted, { kind: 'writeMarker', epoch, first: false }],
  ['then the barrier, which includes the marker', marked, { kind: 'barrier', rule, epoch }],
])('first %s', (_, appointment, action) => {
  const { action: next, proposals } = planOf({ record, appointment });
  expect(next).toEqual(action);
  expect(proposals.map(({ type }) => type)).not.toContain('ConfirmPrimary');
});

test('only after the barrier the confirmation is proposed, with what the promotion brought', () => {
  const { action, proposals } = planOf({ record, appointment: done }, PRIMARY);
  expect(action).toBeNull();
  expect(proposals).toContainEqual({
    type: 'ConfirmPrimary',
    epoch,
    incarnation: incarnationOf(1),
    rule,
    promotion: done.promotion,
    markerLsn: 120,
    systemId: 's',
    electMs: 0,
    promoteMs: 500,
  });
});

test('progress of another epoch counts for nothing: a re-appointment begins with the rule and writes a new marker', () => {
  const planned = planOf({ record, appointment: { ...done, epoch: epochOf(epoch - 1) } });
  expect(planned.action).toMatchObject({ kind: 'applyRule' });
  expect(planned.member.appointment).toMatchObject({ epoch, marker: null, barrierDone: false });
});

test('the appointment does not open to clients: at most standbys may stream', () => {
  const grant = { epoch, end: instantOf(NOW + D) };
  for (const appointment of [nothing, ruled, promoted, marked, done]) {
    const wish = planOf({ record, appointment, grant }, { ...PRIMARY, admits: 'all' }).wish;
    expect(wish).toEqual({ kind: 'peers', until: NOW + D });
  }
});

test('a later life than the appointed one does not repeat the promotion: the appointment fails', () => {
  const incarnation = incarnationOf(2);
  expect(planOf({ record, incarnation }, SEALED)).toMatchObject({
    wish: { kind: 'closed' },
    action: { kind: 'stop', mode: 'immediate' },
  });
  expect(planOf({ record, incarnation }, STOPPED)).toMatchObject({ action: null, proposals: [] });
});

test('a released member that replays to its appointment never promotes again', () => {
  const released = { ...record, released: { epoch, incarnation: incarnationOf(1) } };
  for (const appointment of [null, ruled]) {
    expect(planOf({ record: released, appointment })).toMatchObject({
      wish: { kind: 'closed' },
      action: { kind: 'stop' },
    });
  }
});

test('a member that promised itself to something later does not promote for the epoch before', () => {
  const later = { ...record, promise: logIndexOf(epoch + 1) };
  for (const appointment of [null, ruled]) {
    expect(planOf({ record: later, appointment })).toMatchObject({ action: null, proposals: [] });
  }
});

test('a database that stopped during the appointment is not started again by it: port closed, no renewal', () => {
  const planned = planOf({ record, appointment: ruled }, STOPPED);
  expect(planned).toMatchObject({ wish: { kind: 'closed' }, action: null, proposals: [] });
});

describe('how long standbys may stream before the gate', () => {
  const wishAt = (now: number, contactAt: number | null, grantEnd: number | null) =>
    streamingWish(
      memberSituation({
        cluster: appointed,
        me: n2,
        database: SEALED,
        now,
        contactAt,
        member: { grant: grantEnd === null ? null : { epoch, end: instantOf(grantEnd) } },
      }),
    );

  test.each([
    ['under the grant', NOW, NOW, NOW + D, { kind: 'peers', until: NOW + D }],
    ['under the grant alone, where there is one', NOW, NOW, NOW + A, { kind: 'closed' }],
    [
      'a grant length from the last word of a coordinator',
      NOW,
      NOW,
      null,
      { kind: 'peers', until: NOW + D },
    ],
    ['less the margin', NOW + D - A, NOW, null, { kind: 'closed' }],
    ['not at all without word from one', NOW, null, null, { kind: 'closed' }],
  ])('%s', (_, now, contactAt, grantEnd, wish) => {
    expect(wishAt(now, contactAt, grantEnd)).toEqual(wish);
  });
});
