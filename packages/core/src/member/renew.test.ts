import { instantOf, type DatabaseObservation } from '@mha4rdb/kernel';
import { TIMING_PRESETS } from '../lease/timing.js';
import { applyAll, appoint, begin, founded, n1, running } from '../testing/cluster-fixture.js';
import { memberSituation, NOW, PRIMARY, SEALED, STOPPED } from '../testing/member-fixture.js';
import { proposeRenewal } from './renew.js';

const { heartbeat } = TIMING_PRESETS.balanced;
const inService = running(founded());
const electing = applyAll(inService, [begin(inService)]);
const appointed = applyAll(electing, [appoint(electing, n1)]);
const fresh = instantOf(NOW - 3 * heartbeat);
const stale = instantOf(NOW - 3 * heartbeat - 1);

test.each([
  ['a confirmed primary that works', inService, PRIMARY, fresh, true],
  ['one whose last proof is older than three heartbeats', inService, PRIMARY, stale, false],
  ['one that was never looked at', inService, PRIMARY, null, false],
  ['one whose write does not reach the log', inService, { ...PRIMARY, works: false }, fresh, false],
  ['one that answers as a standby', inService, SEALED, fresh, false],
  ['one that is stopped', inService, STOPPED, fresh, false],
  ['one not looked at yet in this life', inService, null, fresh, false],
  ['an appointed member whose process lives', appointed, SEALED, fresh, true],
  ['an appointed member whose process is gone', appointed, STOPPED, fresh, false],
  ['an appointed member whose last look is old', appointed, SEALED, stale, false],
] as const)(
  'the grant is renewed only with fresh proof: %s',
  (_, cluster, database: DatabaseObservation | null, observedAt, renews) => {
    const situation = memberSituation({ cluster, database, member: { observedAt } });
    expect(proposeRenewal(situation).length === 1).toBe(renews);
  },
);

test('a renewal is stamped with the moment when it is sent, from which the grant counts', () => {
  expect(proposeRenewal(memberSituation({ cluster: inService, database: PRIMARY }))).toMatchObject([
    { type: 'RenewGrant', sendStamp: NOW, epoch: inService.epoch, holder: n1 },
  ]);
});
