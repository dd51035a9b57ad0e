import type { NodeState } from '@mha4rdb/core';
import { logIndexOf, nodeIdOf } from '@mha4rdb/kernel';
import { peerListOf } from './peer-list.js';

const member = (id: string, host = id) => ({ id: nodeIdOf(id), address: `${host}:7400` });

/** What it is configured with, or the replicated list; then whom it was told of. */
function listOf(state: { readonly snapshot: boolean; readonly told: readonly string[] }) {
  const members = [member('n1'), member('n4')].map((one) => ({
    ...one,
    role: 'arbiter' as const,
    priority: 0,
  }));
  const known = {
    cluster: {
      members,
      revision: logIndexOf(state.snapshot ? 9 : 0),
      removed: [{ ...member('n9'), index: logIndexOf(3) }],
    },
    raft: { snapshot: state.snapshot ? {} : null, log: { entries: [] }, applied: logIndexOf(0) },
    contacts: { revision: logIndexOf(7), members: state.told.map((id) => member(id)) },
  };
  return peerListOf(() => known as unknown as NodeState);
}

test('a node that joins hears whom it was told of besides its configuration, each once', () => {
  const list = listOf({ snapshot: false, told: ['n1', 'n5'] });
  expect(list.members().map(({ id }) => id)).toEqual(['n1', 'n4', 'n5']);
  expect([list.isMember('n5'), list.nameOf('n5:7400')]).toEqual([true, 'n5']);
  expect([list.isMember('n9'), list.wasMember('n9')]).toEqual([false, true]);
});

test('the replicated list alone counts as soon as it is here', () => {
  const list = listOf({ snapshot: true, told: ['n5'] });
  expect(list.members().map(({ id }) => id)).toEqual(['n1', 'n4']);
  expect(list.isMember('n5')).toBe(false);
});
