import { lifeOf, logIndexOf } from '@mha4rdb/kernel';
import { applyAll, begin, founded, n1, n2, n3, running } from '../testing/cluster-fixture.js';
import { memberSituation, PRIMARY, SEALED, STOPPED } from '../testing/member-fixture.js';
import { reconcile } from './reconcile.js';

const inService = running(founded(), n1, { standbys: [n2], acks: 1 });
const electing = applyAll(inService, [begin(inService)]);
const without = applyAll(inService, [
  { type: 'RetireMember', operation: 'op', member: n3, at: 0 },
  { type: 'RemoveMember', member: n3, at: 0 },
]);

test('a life that the cluster has not admitted seals nothing and starts nothing (R8)', () => {
  const planOf = (life: number, database = SEALED) =>
    reconcile(
      memberSituation({ cluster: electing, database, me: n3, member: { life: lifeOf(life) } }),
    );
  expect(planOf(0).action).toMatchObject({ kind: 'seal' });
  expect(planOf(7)).toMatchObject({ action: null, record: null });
  expect(planOf(7, STOPPED)).toMatchObject({ action: null, record: null });
});

test.each([
  ['by its own log', without, null],
  ['by the word of a peer', inService, logIndexOf(50)],
])('a removed member is fenced, and its database is stopped: %s', (_, cluster, retired) => {
  const planOf = (database: typeof PRIMARY) =>
    reconcile(memberSituation({ cluster, database, me: n3, member: { retired } }));
  expect(planOf(PRIMARY)).toMatchObject({
    wish: { kind: 'closed' },
    action: { kind: 'stop', mode: 'immediate' },
  });
  expect(planOf({ ...SEALED, upstream: n1, receiving: true }).action).toMatchObject({
    kind: 'stop',
  });
  expect(planOf(STOPPED)).toMatchObject({ wish: { kind: 'closed' }, action: null });
});
