import { logIndexOf, type DatabaseObservation } from '@mha4rdb/kernel';
import type { Command } from '../cluster/command.js';
import type { ClusterState } from '../cluster/state.js';
import {
  applyAll,
  begin,
  founded,
  n1,
  n2,
  n3,
  position,
  running,
} from '../testing/cluster-fixture.js';
import { memberSituation, PRIMARY, SEALED, STOPPED } from '../testing/member-fixture.js';
import { playNode } from '../testing/played-node.js';
import { reconcile } from './reconcile.js';

const inService = running(founded());
const takenAside: Command = {
  type: 'SetMaintenance',
  operation: 'op',
  member: n3,
  on: true,
  at: 0,
};
const aside = applyAll(inService, [takenAside]);
const electing = applyAll(aside, [begin(aside)]);
const streaming: DatabaseObservation = { ...SEALED, upstream: n2, receiving: true };
const empty: DatabaseObservation = { ...STOPPED, directory: { kind: 'empty' } };

function planned(cluster: ClusterState, database: DatabaseObservation) {
  const member = { sealed: { election: logIndexOf(2), position: position(1, 5) } };
  return reconcile(memberSituation({ cluster, database, me: n3, member }));
}

test.each([
  ['stopped: not started', aside, STOPPED, 'closed'],
  ['empty: not copied', aside, empty, 'lifted'],
  [
    'a standby that streams from another than the primary: not attached',
    aside,
    streaming,
    'lifted',
  ],
  ['a standby during an election: not sealed', electing, streaming, 'lifted'],
  ['silent: not ended', aside, { ...SEALED, role: 'silent' }, 'closed'],
] as const)('the database is left alone: %s', (_, cluster, database, wish) => {
  const plan = planned(cluster, database);
  expect(plan).toMatchObject({ action: null, proposals: [], record: null, wish: { kind: wish } });
  expect(plan.member.sealed).toBeNull();
});

test.each([aside, electing])('a server that takes writes is fenced and stopped', (cluster) => {
  expect(planned(cluster, PRIMARY)).toMatchObject({
    action: { kind: 'stop', mode: 'immediate' },
    wish: { kind: 'closed' },
  });
});

test('a copy that is under way when it begins is not cut short', () => {
  const uncounted = running(founded(), n1, { standbys: [n2], acks: 1 });
  const played = playNode(n3, uncounted, null);
  played.see(empty).written();
  expect(played.node.member?.running?.action.kind).toBe('clone');
  played.reach(applyAll(uncounted, [takenAside]));
  played.see(empty);
  expect(played.node.member?.running).toMatchObject({ cancelled: false });
});

test('afterwards it goes on like every other one: what is stopped is started', () => {
  const back = applyAll(aside, [
    { type: 'SetMaintenance', operation: 'op2', member: n3, on: false, at: 0 },
  ]);
  expect(planned(back, STOPPED).action).toEqual({ kind: 'start' });
});
