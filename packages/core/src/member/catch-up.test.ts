import { incarnationOf, instantOf, logIndexOf, type DatabaseObservation } from '@mha4rdb/kernel';
import { TIMING_PRESETS } from '../lease/timing.js';
import { applyAll, begin, founded, n1, n2, running } from '../testing/cluster-fixture.js';
import { memberSituation, NOW, PRIMARY, SEALED, STOPPED } from '../testing/member-fixture.js';
import { reconcile } from './reconcile.js';

const { grant: D, margin: A } = TIMING_PRESETS.balanced;
const inService = running(founded(), n2, { standbys: [n1], acks: 1 });
const electing = applyAll(inService, [begin(inService)]);
const promise = logIndexOf(90);
const replayed = [
  ['the founding state', founded()],
  ['an epoch of another member', inService],
  ['an older election', electing],
  ['an older epoch of its own', running(founded(), n1)],
] as const;

/** n1 in its second life, whose disk has promised more than the state shows. */
function planOf(cluster: typeof inService, database: DatabaseObservation, age = 0) {
  return reconcile(
    memberSituation({
      cluster,
      database,
      member: {
        incarnation: incarnationOf(2),
        startedAt: instantOf(NOW - age),
        record: { promise, released: null, mustStream: false },
      },
    }),
  );
}

test.each(replayed)(
  'a restarted agent that has replayed only to %s leaves a running primary and its leases alone',
  (_, cluster) => {
    for (const seen of [PRIMARY, { ...PRIMARY, role: 'silent', works: false } as const]) {
      expect(planOf(cluster, seen, D - A - 1)).toMatchObject({
        wish: { kind: 'inherit' },
        action: null,
        record: null,
        proposals: [],
      });
    }
  },
);

test.each(replayed)('but no longer than its former grant can last: %s', (_, cluster) => {
  expect(planOf(cluster, PRIMARY, D - A)).toMatchObject({
    wish: { kind: 'closed' },
    action: { kind: 'stop', mode: 'immediate' },
  });
});

test.each(replayed)('nothing is started, attached, sealed or copied for %s', (_, cluster) => {
  const empty = { ...STOPPED, directory: { kind: 'empty' } } as const;
  for (const seen of [STOPPED, SEALED, empty]) {
    expect(planOf(cluster, seen)).toMatchObject({ action: null, record: null, proposals: [] });
  }
});
