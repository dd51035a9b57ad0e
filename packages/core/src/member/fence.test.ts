import { instantOf, type DatabaseObservation } from '@mha4rdb/kernel';
import { founded, running } from '../testing/cluster-fixture.js';
import { memberSituation, PRIMARY, SEALED, STOPPED } from '../testing/member-fixture.js';
import { closedUnlessStandby, isFenced } from './fence.js';

const cluster = running(founded());

test.each([
  ['is not known yet: nothing is changed', null, 'inherit'],
  ['is a proven standby', SEALED, 'lifted'],
  ['does not exist', { ...STOPPED, directory: { kind: 'absent' } }, 'lifted'],
  ['is an empty directory', { ...STOPPED, directory: { kind: 'empty' } }, 'lifted'],
  ['is a primary', PRIMARY, 'closed'],
  ['is stopped: it may come up as anything', STOPPED, 'closed'],
  ['does not answer', { ...SEALED, role: 'silent' }, 'closed'],
  ['is starting', { ...SEALED, role: 'starting' }, 'closed'],
  ['is somebody else’s', { ...STOPPED, directory: { kind: 'foreign', reason: '' } }, 'closed'],
] as const)('outside of office, the port of a member whose database %s', (_, database, kind) => {
  const seen: DatabaseObservation | null = database;
  const { member } = memberSituation({ cluster, database: seen });
  expect(closedUnlessStandby(member).kind).toBe(kind);
});

test.each([
  [false, false, true],
  [true, false, false],
  [false, true, false],
])('open %s, address here %s: fenced %s', (open, vip, fenced) => {
  const host = { fencing: 'port', vip, vips: [], vipMs: 0, open };
  const { member } = memberSituation({
    cluster,
    database: PRIMARY,
    member: { host, observedAt: instantOf(0) },
  });
  expect(isFenced(member)).toBe(fenced);
});

test('an address that commands may have moved here keeps a member from being fenced', () => {
  const host = { fencing: 'port', vip: false, vips: [], vipMs: 0, open: false, vipUnsure: true };
  const { member } = memberSituation({ cluster, database: PRIMARY, member: { host } });
  expect(isFenced(member)).toBe(false);
});
