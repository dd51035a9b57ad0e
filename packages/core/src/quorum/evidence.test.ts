import fc from 'fast-check';
import { nodeIdOf, type NodeId } from '@mha4rdb/kernel';
import {
  applyAll,
  appoint,
  begin,
  confirm,
  form,
  founded,
  n1,
  n2,
  n3,
  position,
  release,
  running,
  sealed,
} from '../testing/cluster-fixture.js';
import { chooseCandidate, evidenceOf, type SealedMember } from './evidence.js';
import type { ClusterState } from '../cluster/state.js';

function electing(state: ClusterState): ClusterState {
  return applyAll(state, [begin(state)]);
}

function chosen(state: ClusterState, members: readonly SealedMember[]): NodeId | null {
  const verdict = evidenceOf(state, members);
  return verdict.kind === 'missing'
    ? null
    : (chooseCandidate(state, members, verdict)?.node ?? null);
}

test('one of two standbys with k = 1 is one short: the other may hold the last commit', () => {
  const state = electing(running(founded()));
  expect(evidenceOf(state, [sealed(state, n2, position(3, 500))]).kind).toBe('missing');
  const both = [sealed(state, n2, position(3, 500)), sealed(state, n3, position(3, 600))];
  expect(chosen(state, both)).toBe(n3);
});

test('unsealed evidence counts for nothing: a third that still receives may acknowledge more', () => {
  const state = electing(running(founded()));
  const stale = { ...sealed(state, n3, position(3, 600)), election: state.epoch as never };
  expect(evidenceOf(state, [sealed(state, n2, position(3, 500)), stale]).kind).toBe('missing');
});

test('with k = 0 a standby is never appointed, whatever its position; the old primary may be', () => {
  const state = electing(running(founded(2, 1), n1, { standbys: [], acks: 0 }));
  expect(evidenceOf(state, [sealed(state, n2, position(9, 9_000_000))]).kind).toBe('missing');
  expect(chosen(state, [sealed(state, n1, position(3, 700))])).toBe(n1);
});

test('evidence is measured against the confirmed rule, not against the target of an appointment', () => {
  const first = electing(running(founded()));
  const appointed = applyAll(first, [appoint(first, n2, { standbys: [n3], acks: 1 })]);
  const again = electing(appointed);
  // The target {n3},1 would be content with n3 alone; the confirmed {n2,n3},1 needs both.
  expect(evidenceOf(again, [sealed(again, n3, position(3, 400))]).kind).toBe('missing');
});

test('the epoch of the last record decides before the position does', () => {
  const state = electing(running(founded()));
  const members = [sealed(state, n2, position(4, 100)), sealed(state, n3, position(3, 900))];
  expect(chosen(state, members)).toBe(n2);
});

test('after a clean release whoever has its position is complete, and the preferred one is taken', () => {
  const before = running(founded());
  const end = position(before.epoch, 1000);
  const state = applyAll(before, [release(before, 'clean', end)]);
  const behind = { ...sealed(state, n2, position(before.epoch, 999)) };
  expect(evidenceOf(state, [behind]).kind).toBe('missing');
  expect(chosen(state, [{ ...behind, position: end }])).toBe(n2);
});

test('the release of a crashed database is not clean: more may have been acknowledged than it says', () => {
  const before = running(founded());
  const end = position(before.epoch, 1000);
  const state = applyAll(before, [release(before, 'dead', end)]);
  expect(evidenceOf(state, [sealed(state, n2, end)]).kind).toBe('missing');
});

test('a clean release is evidence for its own epoch only: a later one acknowledged more', () => {
  const before = running(founded());
  const old = applyAll(before, [release(before, 'clean', position(before.epoch, 1000))]);
  const next = applyAll(old, [appoint(old, n2, { standbys: [n3], acks: 1 })]);
  const state = electing(applyAll(next, [confirm(next, 3, 1000)]));
  const behind = sealed(state, n1, position(before.epoch, 1000));
  expect(evidenceOf(state, [behind]).kind).toBe('missing');
});

test('the first election of a cluster has one candidate: its origin', () => {
  const state = applyAll(founded(), [form(founded())]);
  expect(
    evidenceOf(state, [sealed(state, n2, position(0, 10)), sealed(state, n3, position(0, 10))])
      .kind,
  ).toBe('missing');
  expect(
    chosen(state, [sealed(state, n1, position(0, 1)), sealed(state, n2, position(0, 10))]),
  ).toBe(n1);
});

test('a member that is not fit is evidence and no candidate', () => {
  const state = electing(running(founded()));
  const unfit = { ...sealed(state, n3, position(3, 600)), fit: false };
  expect(chosen(state, [sealed(state, n2, position(3, 600)), unfit])).toBe(n2);
  expect(chosen(state, [sealed(state, n2, position(3, 500)), unfit])).toBeNull();
});

test('an operator may accept loss, once, for one election', () => {
  const state = electing(running(founded()));
  const override = { operation: 'op', to: null, reason: 'burned down' };
  const electionIndex = state.election?.index ?? (0 as never);
  const allowed = applyAll(state, [{ type: 'AllowLoss', electionIndex, override, at: 0 }]);
  const lone = [sealed(allowed, n3, position(3, 5))];
  expect(chosen(allowed, lone)).toBe(n3);
  const appointed = applyAll(allowed, [appoint(allowed, n3)]);
  const next = electing(applyAll(appointed, [confirm(appointed)]));
  expect(next.election?.override).toBeNull();
});

test.each([
  ['has no database', []],
  ['does not answer', [n3]],
])('accepted loss for a member that %s stops no election that loses nothing', (_, unfit) => {
  const state = electing(running(founded()));
  const override = { operation: 'op', to: n3, reason: 'burned down' };
  const electionIndex = state.election?.index ?? (0 as never);
  const allowed = applyAll(state, [{ type: 'AllowLoss', electionIndex, override, at: 0 }]);
  const silent = unfit.map((id) => ({ ...sealed(allowed, id, position(3, 4)), fit: false }));
  expect(chosen(allowed, silent)).toBeNull();
  expect(chosen(allowed, [...silent, sealed(allowed, n1, position(3, 5))])).toBe(n1);
  expect(chosen(allowed, [sealed(allowed, n3, position(3, 4))])).toBe(n3);
});

test('whatever set of standbys acknowledged, sufficient evidence contains one of them', () => {
  const standbys = ['n2', 'n3', 'n4', 'n5'].map(nodeIdOf);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.subarray(standbys, { minLength: 1 }),
      fc.infiniteStream(fc.boolean()),
      (acks, present, coins) => {
        const state = electing(running(founded(5), n1, { standbys, acks }));
        const members = present.map((id) => sealed(state, id, position(3, 100)));
        if (evidenceOf(state, members).kind === 'missing') return;
        const shuffled = [...standbys].sort(() => (coins.next().value === true ? 1 : -1));
        const acknowledged = shuffled.slice(0, acks);
        expect(acknowledged.some((id) => present.includes(id))).toBe(true);
      },
    ),
  );
});
