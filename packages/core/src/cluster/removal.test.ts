import { logIndexOf, termOf, type NodeId } from '@mha4rdb/kernel';
import { founded, n1, n2, n3, running } from '../testing/cluster-fixture.js';
import { applyCommand } from './apply.js';
import type { ClusterState } from './state.js';

const inService = running(founded(), n1, { standbys: [n2], acks: 1 });

/** The last step of a removal, as `applyCommand` guards it. */
function refusal(state: ClusterState, member: NodeId): string | null {
  const place = { index: logIndexOf(99), term: termOf(1) };
  return applyCommand(state, { type: 'RemoveMember', member, at: 0 }, place).refused;
}

function withLeaving(id: NodeId): ClusterState {
  const members = inService.members.map((one) =>
    one.id === id ? { ...one, standing: 'leaving' as const } : one,
  );
  return { ...inService, members };
}

test('nobody is removed who did not begin to leave: rules that were proposed could still name it', () => {
  expect(refusal(inService, n3)).toMatch('not leaving');
  expect(refusal(withLeaving(n3), n3)).toBeNull();
});

test('the primary is not removed, even if the list says that it leaves', () => {
  expect(refusal(withLeaving(n1), n1)).toMatch('is the primary');
});
