import { logIndexOf, nodeIdOf, termOf, type NodeId } from '@mha4rdb/kernel';
import {
  applyAll,
  appoint,
  begin,
  founded,
  n1,
  n2,
  n3,
  running,
} from '../testing/cluster-fixture.js';
import { applyCommand } from './apply.js';
import type { Command } from './command.js';
import type { ClusterState } from './state.js';

const inService = running(founded());
const dual = running(founded(2, 1), n1, { standbys: [n2], acks: 1 });
const electing = applyAll(inService, [begin(inService)]);

function set(member: NodeId, on = true): Command {
  return { type: 'SetMaintenance', operation: 'op', member, on, at: 7 };
}

function refusal(state: ClusterState, command: Command): string | null {
  const place = { index: logIndexOf(state.revision + 1), term: termOf(1) };
  const { state: after, refused } = applyCommand(state, command, place);
  if (refused !== null) expect(after).toBe(state);
  return refused;
}

test('marks the member, records it, and takes the mark off again', () => {
  const aside = applyAll(inService, [set(n3)]);
  expect(aside.members.map(({ maintenance }) => maintenance)).toEqual([undefined, undefined, true]);
  expect(aside.events.at(-1)).toMatchObject({
    id: 'op',
    kind: 'maintenance',
    to: n3,
    trigger: 'on',
    result: 'done',
  });
  const back = applyAll(aside, [set(n3, false)]);
  expect(back.members).toEqual(inService.members);
  expect(back.events.at(-1)).toMatchObject({ kind: 'maintenance', to: n3, trigger: 'off' });
});

test.each([
  ['the primary', inService, set(n1), 'is the primary'],
  ['a stranger', inService, set(nodeIdOf('n9')), 'no member'],
  ['an arbiter', dual, set(n3), 'arbiter'],
  [
    'while somebody is being promoted',
    applyAll(electing, [appoint(electing, n2)]),
    set(n3),
    'appointed',
  ],
  [
    'whom a switchover leads to',
    applyAll(inService, [
      { type: 'StartSwitchover', id: 'a', epoch: inService.epoch, to: n2, at: 0 },
    ]),
    set(n2),
    'about to become',
  ],
  [
    'the last that could be primary',
    applyAll(electing, [set(n1), set(n2)]),
    set(n3),
    'no data member would be left',
  ],
  ['twice', applyAll(inService, [set(n3)]), set(n3), 'already so'],
  ['off, where it is not on', inService, set(n3, false), 'already so'],
])('refused: %s', (_, state, command, reason) => {
  expect(refusal(state, command)).toContain(reason);
});

test('ends also where it could not begin now', () => {
  const aside = applyAll(electing, [set(n2)]);
  const appointed = applyAll(aside, [appoint(aside, n1)]);
  expect(refusal(appointed, set(n2, false))).toBeNull();
});

describe('nobody in maintenance becomes primary, whoever proposed it before', () => {
  test('by an appointment that was decided before', () => {
    expect(refusal(applyAll(electing, [set(n2)]), appoint(electing, n2))).toContain('maintenance');
  });

  test('by a switchover', () => {
    const aside = applyAll(inService, [set(n2)]);
    expect(
      refusal(aside, { type: 'StartSwitchover', id: 'a', epoch: aside.epoch, to: n2, at: 0 }),
    ).toContain('maintenance');
  });
});
