import { logIndexOf } from '@mha4rdb/kernel';
import { applyCommand } from '../cluster/apply.js';
import type { Command } from '../cluster/command.js';
import type { ClusterState } from '../cluster/state.js';
import {
  applyAll,
  appoint,
  begin,
  confirm,
  founded,
  n1,
  n2,
  position,
  release,
  running,
} from '../testing/cluster-fixture.js';
import { publishedEvents } from './publish.js';

const inService = running(founded());
const electing = applyAll(inService, [begin(inService)]);
const appointed = applyAll(electing, [appoint(electing, n2)]);
const start: Command = { type: 'StartSwitchover', id: 'op', epoch: inService.epoch, to: n2, at: 5 };
const switching = applyAll(inService, [start], 50);
const handedOver = applyAll(
  switching,
  [{ ...release(switching, 'clean', position(inService.epoch, 1)), switchover: 'op' } as Command],
  51,
);
const taken = applyAll(handedOver, [appoint(handedOver, n2)], 52);
const backAgain = applyAll(handedOver, [appoint(handedOver, n1)], 52);
const confirmed = applyAll(taken, [confirm(taken, 3, 200)], 53);
const opened: Command = {
  type: 'RecordOpened',
  epoch: confirmed.epoch,
  incarnation: confirmed.incarnation,
  gateMs: 1,
  vipMs: 1,
  writeGapMs: 9,
};

function published(state: ClusterState, command: Command) {
  const index = logIndexOf(90);
  const place = { index, term: 1 as never };
  return publishedEvents(command, state, applyCommand(state, command, place).state, index);
}

test.each([
  [
    'the end of an epoch, with its cause',
    inService,
    begin(inService),
    [{ type: 'leaderLost', from: n1, detail: 'grant-expired', index: 90 }],
  ],
  ['no appointment: it is not in service yet', electing, appoint(electing, n2), []],
  [
    'a new primary, once confirmed, with the one before',
    appointed,
    confirm(appointed, 3, 200),
    [{ type: 'leaderChanged', leader: n2, from: n1, to: n2, epoch: appointed.epoch }],
  ],
  [
    'a switchover that begins, before anything closes',
    inService,
    start,
    [{ type: 'switchoverPlanned', operation: 'op', from: n1, to: n2, at: 5 }],
  ],
  [
    'a switchover that is complete, when the new primary is open',
    confirmed,
    opened,
    [{ type: 'switchoverCompleted', operation: 'op', from: n1, to: n2, result: 'done' }],
  ],
  [
    'a switchover that ended where it began, as failed',
    applyAll(backAgain, [confirm(backAgain, 3, 200)], 53),
    { ...opened, epoch: backAgain.epoch, incarnation: backAgain.incarnation },
    [
      {
        type: 'switchoverCompleted',
        from: n1,
        to: n1,
        result: 'failed: no other member could take over, and n1 is primary again',
      },
    ],
  ],
  [
    'a switchover that was cancelled, as failed',
    switching,
    { type: 'CancelSwitchover', id: 'op', reason: 'slow' },
    [{ type: 'switchoverCompleted', operation: 'op', result: 'failed: cancelled: slow' }],
  ],
  [
    'a switchover that an election overtook, as failed',
    switching,
    begin(switching),
    [
      { type: 'leaderLost' },
      { type: 'switchoverCompleted', result: 'failed: superseded by a new election' },
    ],
  ],
  [
    'a pause',
    inService,
    { type: 'SetPaused', operation: 'p', paused: true, at: 3 },
    [{ type: 'settingsChanged', operation: 'p', at: 3 }],
  ],
] as const)('watchers are told of %s', (_, state, command, events) => {
  const told = published(state, command);
  expect(told).toHaveLength(events.length);
  expect(told).toMatchObject(events);
});
