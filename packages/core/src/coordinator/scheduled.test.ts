import type { Command } from '../cluster/command.js';
import { applyCommand } from '../cluster/apply.js';
import type { ClusterState } from '../cluster/state.js';
import { instantOf, logIndexOf, termOf, type NodeId, type StandbyView } from '@mha4rdb/kernel';
import type { OperatorRequest } from '../node/event.js';
import { applyAll, begin, founded, n1, n2, n3, running } from '../testing/cluster-fixture.js';
import { report, situation, STANDBY } from '../testing/coordinator-fixture.js';
import { decide } from './decide.js';
import { classifyRequest } from './operator.js';
import { SCHEDULE_AHEAD_MS, SCHEDULE_GRACE_MS } from './scheduled.js';

const inService = running(founded());
const DUE = 1_000_000;

function schedule(to: NodeId | null, due = DUE): OperatorRequest {
  return { kind: 'scheduleSwitchover', id: 'op', to, due };
}

const healthy = [
  report(n1, {
    database: {
      ...STANDBY,
      role: 'primary',
      standbys: [n2, n3].map((node): StandbyView => ({
        node,
        state: 'streaming',
        flushedLsn: 1,
        replayedLsn: 1,
      })),
    },
  }),
  report(n2),
  report(n3),
];

/** What the coordinator sees at this time of day, with the primary's grant fresh. */
function at(wall: number, state: ClusterState, reports = healthy) {
  const grantor = {
    outstanding: [{ holder: n1, epoch: state.epoch, until: instantOf(20_000) }],
    inheritedUntil: instantOf(0),
    lastRenewalAt: instantOf(9000),
  };
  return { ...situation({ state, now: 9000, reports, view: { grantor } }), wall };
}

const scheduled = applyAll(inService, [
  { type: 'ScheduleSwitchover', id: 'op', to: n2, due: DUE, at: 5 },
]);

test.each([
  ['before the cluster is formed', founded(), schedule(n2), 'forming'],
  ['while another one is scheduled', scheduled, schedule(n2), 'busy'],
  ['for a time that is past', inService, schedule(n2, 99), 'bad-time'],
  ['for more than a year ahead', inService, schedule(n2, SCHEDULE_AHEAD_MS + 101), 'bad-time'],
  ['to a stranger', inService, schedule('n9' as NodeId), 'not-a-candidate'],
])('a switchover %s is refused', (_, state, request, code) => {
  expect(classifyRequest(at(100, state), request)).toMatchObject({ kind: 'refused', code });
});

test('to a member that is kept from taking over is refused', () => {
  const members = inService.members.map((one) => ({ ...one, noFailover: true as const }));
  const verdict = classifyRequest(at(100, { ...inService, members }), schedule(n2));
  expect(verdict).toMatchObject({ code: 'not-a-candidate' });
});

test('is kept in the replicated state and in the history until its time', () => {
  expect(classifyRequest(at(100, inService), schedule(n2))).toMatchObject({
    command: { type: 'ScheduleSwitchover', to: n2, due: DUE },
  });
  expect(scheduled.scheduled).toEqual({ id: 'op', to: n2, due: DUE });
  expect(scheduled.events.at(-1)).toMatchObject({ kind: 'switchoverScheduled', result: 'running' });
  expect(decide(at(DUE - 1, scheduled)).command).toBeNull();
});

test('begins at its time, once, and the list is empty then', () => {
  const { command } = decide(at(DUE, scheduled));
  expect(command).toMatchObject({ type: 'StartSwitchover', id: 'op-run', to: n2, scheduled: 'op' });
  const begun = applyAll(scheduled, [command as Command]);
  expect(begun.scheduled).toBeNull();
  expect(begun.switchover).toMatchObject({ id: 'op-run', to: n2 });
  expect(begun.events.at(-2)).toMatchObject({
    id: 'op',
    result: 'done',
    detail: 'began as op-run',
  });
  // A former coordinator's proposal that comes late.
  const place = { index: logIndexOf(100), term: termOf(1) };
  const cancelled = applyAll(scheduled, [
    { type: 'EndSchedule', id: 'op', failure: 'cancelled', detail: '' },
  ]);
  expect(applyCommand(cancelled, command as Command, place).refused).toContain('not scheduled');
});

test('chooses the best candidate of its time where nobody was named', () => {
  const anybody = applyAll(inService, [
    { type: 'ScheduleSwitchover', id: 'op', to: null, due: DUE, at: 5 },
  ]);
  const [primary] = healthy;
  if (primary === undefined) throw new Error('no report');
  const silent = [primary, report(n3)];
  expect(decide(at(DUE, anybody, silent)).command).toMatchObject({ to: n3 });
});

test.each([
  ['its time is long past', DUE + SCHEDULE_GRACE_MS + 1, scheduled, healthy, 'at its time'],
  ['the cluster is paused', DUE, { ...scheduled, paused: true }, healthy, 'paused'],
  ['the member cannot take over then', DUE, scheduled, healthy.slice(0, 1), 'not within reach'],
])('ends with the reason when %s', (_, wall, state, reports, reason) => {
  const { command } = decide(at(wall, state, reports));
  const failure = expect.stringContaining(reason) as string;
  expect(command).toMatchObject({ type: 'EndSchedule', id: 'op', failure });
  const ended = applyAll(state, [command as Command]);
  expect(ended.scheduled).toBeNull();
  expect(ended.events.at(-1)).toMatchObject({
    id: 'op',
    result: expect.stringContaining('failed: ') as string,
  });
});

test('is done where the member is the primary by then', () => {
  const own = { ...scheduled, scheduled: { id: 'op', to: n1, due: DUE } };
  const { command } = decide(at(DUE, own));
  expect(command).toMatchObject({ type: 'EndSchedule', failure: null });
});

test('outlives an election, and whoever coordinates then', () => {
  const electing = applyAll(scheduled, [begin(scheduled)]);
  expect(electing.scheduled).toEqual(scheduled.scheduled);
  expect(electing.events.at(-2)).toMatchObject({ id: 'op', result: 'running' });
});

test('is withdrawn by an operator, as one that is under way is; nothing is left to withdraw then', () => {
  const cancel: OperatorRequest = { kind: 'cancelSwitchover', id: 'c' };
  expect(classifyRequest(at(100, scheduled), cancel)).toMatchObject({
    command: { type: 'EndSchedule', id: 'op' },
  });
  const under = applyAll(inService, [
    { type: 'StartSwitchover', id: 'now', epoch: inService.epoch, to: n3, at: 0 },
  ]);
  expect(classifyRequest(at(100, under), cancel)).toMatchObject({
    command: { type: 'CancelSwitchover', id: 'now' },
  });
  expect(classifyRequest(at(100, inService), cancel)).toMatchObject({ kind: 'done' });
});
