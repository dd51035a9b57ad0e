import { epochOf, instantOf, type DatabaseObservation } from '@mha4rdb/kernel';
import { TIMING_PRESETS } from '../lease/timing.js';
import { applyAll, appoint, begin, founded, n1, n2, running } from '../testing/cluster-fixture.js';
import { memberSituation, NOW, PRIMARY } from '../testing/member-fixture.js';
import { openWish } from './gate.js';
import { reconcile } from './reconcile.js';

const { grant: D } = TIMING_PRESETS.balanced;
const inService = running(founded());
const electing = applyAll(inService, [begin(inService)]);
const appointed = applyAll(electing, [appoint(electing, n1)]);
const end = instantOf(NOW + D);
const grant = { epoch: inService.epoch, end };
const open = { kind: 'open', until: end, vip: true };

function wishOf(change: {
  readonly cluster?: typeof inService;
  readonly database?: DatabaseObservation;
  readonly member?: Parameters<typeof memberSituation>[0]['member'];
}) {
  const { cluster = inService, database = PRIMARY, member = { grant } } = change;
  return openWish(memberSituation({ cluster, database, member }));
}

test('confirmed, granted, admitting all, under a rule that is whole: open until the end of the grant', () => {
  expect(wishOf({})).toEqual(open);
});

test.each([
  ['without a grant', { member: { grant: null } }, 'peers'],
  ['under a grant of another epoch', { member: { grant: { epoch: epochOf(1), end } } }, 'peers'],
  [
    'while its own access rules admit standbys only',
    { database: { ...PRIMARY, admits: 'replication' } },
    'peers',
  ],
  [
    'while its access rules are not known',
    { database: { ...PRIMARY, admits: undefined } },
    'peers',
  ],
  [
    'under a rule that is worth less than was asked for, where that is not allowed',
    { cluster: running(founded(), n1, { standbys: [], acks: 0 }) },
    'peers',
  ],
] as const)('closed to clients %s', (_, change, kind) => {
  const { database, ...rest } = change as { database?: DatabaseObservation };
  const known = database === undefined ? {} : { database };
  expect(wishOf({ ...rest, ...known })).toMatchObject({ kind });
});

test('open under a lesser rule where that is allowed (degrade)', () => {
  const rule = { standbys: [], acks: 0 };
  const cluster = running(founded(2, 1, { mode: 'majority', degrade: true }), n1, rule);
  expect(wishOf({ cluster })).toEqual(open);
});

test('a life that adopted the epoch leaves the leases as they are until its first own renewal', () => {
  const heirOf = inService.epoch;
  expect(wishOf({ member: { heirOf, grant: null } })).toEqual({ kind: 'inherit' });
  expect(wishOf({ member: { heirOf, grant } })).toEqual(open);
});

test.each([
  ['forming', founded()],
  ['electing', electing],
  ['appointed', appointed],
])('in phase %s nobody opens, whatever it holds', (_, cluster) => {
  const member = { grant: { epoch: cluster.epoch, end } };
  const { wish } = reconcile(memberSituation({ cluster, database: PRIMARY, member }));
  expect(wish.kind).not.toBe('open');
});

test('a standby never opens, whatever it holds', () => {
  const { wish } = reconcile(
    memberSituation({ cluster: inService, me: n2, database: PRIMARY, member: { grant } }),
  );
  expect(wish).toEqual({ kind: 'closed' });
});
