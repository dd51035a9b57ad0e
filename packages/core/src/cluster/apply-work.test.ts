import { logIndexOf, nodeIdOf, termOf } from '@mha4rdb/kernel';
import {
  applyAll,
  appoint,
  begin,
  confirm,
  founded,
  n1,
  n2,
  n3,
  position,
  release,
  running,
} from '../testing/cluster-fixture.js';
import { applyCommand } from './apply.js';
import type { Command } from './command.js';
import type { ClusterState } from './state.js';

const inService = running(founded(3, 1));
const aside = applyAll(inService, [
  { type: 'SetMaintenance', operation: 'm', member: n2, on: true, at: 0 },
]);

function restart(members: readonly (typeof n1)[], inPlace = false): Command {
  return { type: 'StartRestart', operation: 'op', members, inPlace, at: 0 };
}

function reinit(member: typeof n1): Command {
  return { type: 'StartReinit', operation: 'op', member, at: 0 };
}

function end(member: typeof n1, problem: string | null = null): Command {
  return { type: 'EndWork', operation: 'op', member, problem };
}

function result(state: ClusterState): string | undefined {
  return state.events.find(({ id }) => id === 'op')?.result;
}

const three = applyAll(inService, [restart([n2, n3, n1])]);

test.each([
  ['a restart of nobody', inService, restart([])],
  ['a restart of one twice', inService, restart([n2, n2])],
  ['a restart of an arbiter', inService, restart([nodeIdOf('n4')])],
  ['a restart of one aside', aside, restart([n2])],
  ['a restart during another', three, { ...restart([n2]), operation: 'b' } as Command],
  ['a restart during an election', applyAll(inService, [begin(inService)]), restart([n2])],
  ['a copy of the primary', inService, reinit(n1)],
  ['a copy of one that restarts', three, reinit(n2)],
  ['a copy of one aside', aside, reinit(n2)],
  ['the end of what is not under way', inService, end(n2)],
  ['the end of what is not its turn', three, end(n3)],
])('refused: %s', (_, state, command) => {
  const place = { index: logIndexOf(state.revision + 1), term: termOf(1) };
  expect(applyCommand(state, command, place).refused).not.toBeNull();
});

test('one after the other, and over when the primary is open again', () => {
  const last = applyAll(three, [end(n2), end(n3)]);
  expect(last.restart).toMatchObject({ members: [n1] });
  expect(result(last)).toBe('running');
  const handing = applyAll(last, [
    { type: 'StartSwitchover', id: 'op/primary', epoch: last.epoch, to: n2, at: 0 },
  ]);
  const released = applyAll(handing, [
    { ...release(handing, 'clean', position(3, 900)), switchover: 'op/primary' } as Command,
  ]);
  expect(released.restart).toMatchObject({ members: [] });
  const appointed = applyAll(released, [appoint(released, n2)]);
  const confirmed = applyAll(appointed, [confirm(appointed)]);
  expect(result(confirmed)).toBe('running');
  const open = applyAll(confirmed, [
    {
      type: 'RecordOpened',
      epoch: confirmed.epoch,
      incarnation: confirmed.incarnation,
      gateMs: 1,
      vipMs: 1,
      writeGapMs: 1,
    },
  ]);
  expect(open.restart).toBeNull();
  expect(result(open)).toBe('done');
});

test('a copy of one that is appointed meanwhile is not made when it is a standby again', () => {
  const ordered = applyAll(inService, [reinit(n2)]);
  const electing = applyAll(ordered, [begin(ordered)]);
  expect(applyAll(electing, [appoint(electing, n3)]).members).toContainEqual(
    expect.objectContaining({ id: n2, reinit: 'op' }),
  );
  const appointed = applyAll(electing, [appoint(electing, n2)]);
  expect(appointed.members.filter((one) => one.reinit !== undefined)).toEqual([]);
  expect(result(appointed)).toBe('failed: it was appointed primary');
});

test('a failure ends it where it stands, and says of whom it was', () => {
  const failed = applyAll(three, [end(n2, 'no space')]);
  expect(failed.restart).toBeNull();
  expect(result(failed)).toBe('failed: n2: no space');
});

test('a hand-over that is cancelled fails it', () => {
  const last = applyAll(inService, [restart([n1])]);
  const handing = applyAll(last, [
    { type: 'StartSwitchover', id: 'op/primary', epoch: last.epoch, to: n2, at: 0 },
    { type: 'CancelSwitchover', id: 'op/primary', reason: 'too slow' },
  ]);
  expect(handing.restart).toBeNull();
  expect(result(handing)).toBe('failed: too slow');
});

describe('in place', () => {
  const start = (state: ClusterState): Command => ({
    type: 'StartSwitchover',
    id: 'op/primary',
    epoch: state.epoch,
    to: n1,
    at: 0,
  });

  test('the primary hands over to itself, which is a restart', () => {
    const last = applyAll(inService, [restart([n1], true)]);
    const handing = applyAll(last, [start(last)]);
    expect(handing.events.at(-1)).toMatchObject({ kind: 'restart', from: n1, to: n1 });
  });

  test.each([inService, applyAll(inService, [restart([n1])])])(
    'only where it was asked',
    (state) => {
      const place = { index: logIndexOf(state.revision + 1), term: termOf(1) };
      expect(applyCommand(state, start(state), place).refused).toContain('not a standby');
    },
  );
});

test('a copy marks the member until it ended, well or not', () => {
  const ordered = applyAll(inService, [reinit(n2)]);
  expect(ordered.members[1]).toMatchObject({ reinit: 'op' });
  expect(result(ordered)).toBe('running');
  expect(applyAll(ordered, [end(n2)]).members).toEqual(inService.members);
  expect(result(applyAll(ordered, [end(n2, 'no space')]))).toBe('failed: no space');
});
