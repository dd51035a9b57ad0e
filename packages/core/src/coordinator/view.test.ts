import { incarnationOf, instantOf, logIndexOf, termOf } from '@mha4rdb/kernel';
import { applyCommand } from '../cluster/apply.js';
import type { Command } from '../cluster/command.js';
import type { ClusterState } from '../cluster/state.js';
import { mayOpen } from '../lease/grantor.js';
import { waitFor } from '../lease/timing.js';
import {
  applyAll,
  appoint,
  begin,
  founded,
  n1,
  n2,
  release,
  running,
} from '../testing/cluster-fixture.js';
import { coordinatorAtTermStart, isFresh, noteAppended, noteApplied } from './view.js';

const inService = running(founded());
const electing = applyAll(inService, [begin(inService)]);
const appointed = applyAll(electing, [appoint(electing, n2)]);
const D = inService.grantMs;

function renewal(state: ClusterState, type: 'RenewGrant' | 'KeepGrant' = 'RenewGrant'): Command {
  return {
    type,
    epoch: state.epoch,
    holder: state.primary ?? n1,
    incarnation: incarnationOf(1),
    sendStamp: instantOf(1),
    ...(type === 'KeepGrant' && { maxMs: 15_000 }),
  } as Command;
}

const at = (state: ClusterState, longest = 0) =>
  coordinatorAtTermStart(state, termOf(2), longest, logIndexOf(0), instantOf(1000));

function apply(view: ReturnType<typeof at>, command: Command, before: ClusterState, now = 2000) {
  const { state } = applyCommand(before, command, { index: logIndexOf(90), term: termOf(1) });
  return noteApplied(view, command, before, state, instantOf(now));
}

test('a coordinator waits for every grant of a former term from the beginning of its own', () => {
  const view = at(electing);
  expect(mayOpen(view.grantor, n2, instantOf(1000 + waitFor(D) - 1))).toBe(false);
  expect(mayOpen(view.grantor, n2, instantOf(1000 + Math.ceil(waitFor(D))))).toBe(true);
});

test('a longer grant that stands in the log and is not applied yet is waited for too', () => {
  const view = at(electing, 15_000);
  expect(mayOpen(view.grantor, n2, instantOf(1000 + waitFor(15_000) - 1))).toBe(false);
});

test.each([
  ['RenewGrant', D],
  ['KeepGrant', 15_000],
] as const)(
  'a %s counts from the moment when it is appended, for its own length',
  (type, length) => {
    const view = noteAppended(at(electing), renewal(inService, type), inService, instantOf(5000));
    expect(mayOpen(view.grantor, n2, instantOf(5000 + waitFor(length) - 1))).toBe(false);
    expect(mayOpen(view.grantor, n2, instantOf(5001 + waitFor(length)))).toBe(true);
  },
);

test('nobody waits for who released', () => {
  const view = apply(at(inService), release(inService, 'dead'), inService);
  expect(mayOpen(view.grantor, n2, instantOf(2000))).toBe(true);
});

test('an election does not end anybody’s grant: its wait goes on', () => {
  const view = apply(at(inService), begin(inService), inService);
  expect(mayOpen(view.grantor, n2, instantOf(2000))).toBe(false);
});

test('a renewal that came early is forgotten with the epoch that it was for', () => {
  const early = renewal(appointed) as Extract<Command, { type: 'RenewGrant' }>;
  const view = apply({ ...at(appointed), early }, begin(appointed), appointed);
  expect(view).toMatchObject({ early: null, phaseSince: 2000, evidenceSince: null });
});

test('a write gap counts from the last renewal before the end of service, also over failed appointments', () => {
  const renewed = noteAppended(at(inService), renewal(inService), inService, instantOf(1500));
  const lost = apply(renewed, begin(inService), inService);
  expect(lost.lastSignAt).toBe(1500);
  const later = noteAppended(lost, renewal(appointed), appointed, instantOf(1900));
  expect(apply(later, begin(appointed), appointed).lastSignAt).toBe(1500);
});

test('a switchover is timed from when it was applied, or from the beginning of the term', () => {
  const start: Command = {
    type: 'StartSwitchover',
    id: 'a',
    epoch: inService.epoch,
    to: n2,
    at: 0,
  };
  expect(apply(at(inService), start, inService).switchoverSince).toBe(2000);
  expect(at(applyAll(inService, [start])).switchoverSince).toBe(1000);
});

test('a report is fresh for four heartbeats', () => {
  expect(isFresh(instantOf(0), instantOf(1000), 250)).toBe(true);
  expect(isFresh(instantOf(0), instantOf(1001), 250)).toBe(false);
});
