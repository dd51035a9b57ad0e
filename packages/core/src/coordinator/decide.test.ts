import { epochOf, incarnationOf, instantOf } from '@mha4rdb/kernel';
import type { RenewGrant } from '../cluster/command.js';
import type { ClusterState } from '../cluster/state.js';
import type { GrantorView } from '../lease/grantor.js';
import { TIMING_PRESETS, waitFor } from '../lease/timing.js';
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
import { report, situation, STANDBY } from '../testing/coordinator-fixture.js';
import { decide } from './decide.js';

const { grant: D, margin: A, heartbeat } = TIMING_PRESETS.balanced;
const W = waitFor(D);
const inService = running(founded());
const electing = applyAll(inService, [begin(inService)]);
const appointed = applyAll(electing, [appoint(electing, n2, { standbys: [n1, n3], acks: 1 })]);
const paused: ClusterState = { ...inService, paused: true };

function grants(...held: (readonly [holder: typeof n1, until: number])[]): GrantorView {
  return {
    outstanding: held.map(([holder, until]) => ({
      holder,
      epoch: inService.epoch,
      until: instantOf(until),
    })),
    inheritedUntil: instantOf(0),
    lastRenewalAt: instantOf(10_000),
  };
}

describe('a primary that does not renew', () => {
  const until = 10_000 + W;
  const at = (now: number, state = inService) =>
    decide(situation({ state, now, view: { grantor: grants([n1, until]) } }));

  test('is left in office until its last grant has only the margin left', () => {
    expect(at(until - A - 0.001)).toMatchObject({ command: null, why: null });
  });

  test('is given up at W − A exactly, so that sealing overlaps the wait', () => {
    expect(at(until - A).command).toMatchObject({
      type: 'BeginElection',
      epoch: inService.epoch,
      cause: 'grant-expired',
      detectMs: Math.round(W - A),
    });
  });

  test('is left in office while the cluster is paused, and the sentence says so', () => {
    const { command, why } = at(until + 60_000, paused);
    expect(command).toBeNull();
    expect(why).toMatch('paused');
  });

  test('has W from the beginning of the term if this coordinator has seen no renewal of it yet', () => {
    const given = { state: inService, view: { phaseSince: instantOf(5000) } };
    expect(decide(situation({ ...given, now: 5000 + W - A - 1 })).command).toBeNull();
    expect(decide(situation({ ...given, now: 5000 + W - A })).command).not.toBeNull();
  });

  test('has W from the end of the grants of others that keep its first renewal waiting', () => {
    const given = { state: inService, view: { grantor: grants([n2, 9000]) } };
    expect(decide(situation({ ...given, now: 9000 + W - A - 1 })).command).toBeNull();
    expect(decide(situation({ ...given, now: 9000 + W - A })).command).not.toBeNull();
  });
});

describe('a renewal that came before its time', () => {
  const early: RenewGrant = {
    type: 'RenewGrant',
    epoch: appointed.epoch,
    holder: n2,
    incarnation: incarnationOf(1),
    sendStamp: instantOf(1),
  };
  const given = {
    state: appointed,
    reports: [report(n2)],
    view: { early, grantor: grants([n1, 500]) },
  };

  test('is admitted when every older grant is over, and not a moment before', () => {
    expect(decide(situation({ ...given, now: 499 })).command).toBeNull();
    const { command, view } = decide(situation({ ...given, now: 500 }));
    expect(command).toBe(early);
    expect(view.early).toBeNull();
  });

  test('is never admitted for another epoch than the one under way', () => {
    const stale = { ...early, epoch: epochOf(1) };
    const view = { early: stale, grantor: grants() };
    expect(decide(situation({ ...given, view, now: 500 })).command).toBeNull();
  });
});

describe('an appointment', () => {
  const limit = W + 2 * D;
  const failed = { type: 'BeginElection', epoch: appointed.epoch, cause: 'appointment-failed' };

  test('has W and two grants of time; then whoever it could not reach is left out', () => {
    const given = { state: appointed, reports: [report(n2, { attached: [n3] })] };
    const { command, why } = decide(situation({ ...given, now: limit - 1 }));
    expect({ command, why }).toEqual({ command: null, why: 'n2 is being promoted' });
    expect(decide(situation({ ...given, now: limit })).command).toMatchObject({
      ...failed,
      excluded: [n1],
    });
  });

  test('of a silent member leaves out all of its target, whose standbys it never named', () => {
    expect(decide(situation({ state: appointed, now: limit })).command).toMatchObject({
      ...failed,
      excluded: [n1, n3],
    });
  });

  test('is over at once when its prePromote hook refuses, told after it was appointed', () => {
    const reports = [report(n2, { declines: 'the disk is old' })];
    const given = { state: appointed, reports, view: { phaseSince: instantOf(100) } };
    expect(decide(situation({ ...given, now: 101 })).command).toMatchObject({
      ...failed,
      excluded: [],
    });
    expect(decide(situation({ ...given, now: 101, receivedAt: 100 })).command).toBeNull();
  });

  test('is over at once when the appointed agent reports from a later life', () => {
    const reports = [report(n2, { incarnation: incarnationOf(2) })];
    expect(decide(situation({ state: appointed, reports, now: 1 })).command).toMatchObject(failed);
  });

  test.each([
    ['a heartbeat after the appointment', heartbeat + 1, 2, true],
    ['at once: the report may be older than the appointment', heartbeat, 2, false],
    ['by a report from before the appointment', heartbeat + 1, 0, false],
  ])('is over when its database is seen stopped: %s', (_, now, receivedAt, ends) => {
    const stopped = { ...STANDBY, process: 'stopped', role: 'stopped', works: false } as const;
    const reports = [report(n2, { database: stopped })];
    const { command } = decide(situation({ state: appointed, reports, receivedAt, now }));
    expect(command !== null).toBe(ends);
  });
});

describe('a switchover', () => {
  const asked = applyAll(inService, [
    { type: 'StartSwitchover', id: 'op', epoch: inService.epoch, to: n2, at: 0 },
  ]);
  const given = {
    state: asked,
    view: { switchoverSince: instantOf(1000), grantor: grants([n1, 90_000]) },
  };

  test.each([
    ['hands over', { action: 'handOver' }],
    ['stops for want of a grant', { action: 'stop' }],
    ['has stopped', { database: { ...STANDBY, process: 'stopped', role: 'stopped' } as const }],
  ])('of a primary that %s has no way back: its release must still answer it', (_, change) => {
    const reports = [report(n1, change)];
    expect(decide(situation({ ...given, now: 20_000, reports })).command).toBeNull();
    // Nobody waits for ever: the grant of a server that stops is not renewed.
    expect(decide(situation({ ...given, now: 90_000, reports })).command).toMatchObject({
      type: 'BeginElection',
    });
  });

  test('that is not released within 10 s is cancelled, and the epoch stays', () => {
    expect(decide(situation({ ...given, now: 10_999 })).command).toBeNull();
    expect(decide(situation({ ...given, now: 11_000 })).command).toMatchObject({
      type: 'CancelSwitchover',
      id: 'op',
      reason: 'n1 did not stop within 10 s',
    });
  });
});

test('a healthy cluster is left alone', () => {
  const view = { grantor: grants([n1, 12_000]) };
  expect(decide(situation({ state: inService, now: 10_100, view }))).toMatchObject({
    command: null,
    why: null,
  });
});

describe('a restart order', () => {
  const ordered = (members: readonly (typeof n1)[], inPlace = false): ClusterState =>
    applyAll(inService, [{ type: 'StartRestart', operation: 'op', members, inPlace, at: 0 }]);
  const streaming = [n2, n3].map((node) => ({
    node,
    state: 'streaming' as const,
    flushedLsn: 1,
    replayedLsn: 1,
  }));
  const database = { ...STANDBY, role: 'primary' as const, standbys: streaming };
  const all = [report(n1, { database }), report(n2), report(n3)];
  const since = instantOf(10_000);
  const at = (state: ClusterState, now = 11_000, reports = all) =>
    decide(
      situation({
        state,
        now,
        reports,
        view: { grantor: grants([n1, now + W]), workSince: since },
      }),
    );

  test('waits for a standby whose turn it is, and gives it up after its time', () => {
    expect(at(ordered([n2, n1]))).toMatchObject({
      command: null,
      why: expect.stringContaining('n2') as string,
    });
    expect(at(ordered([n2, n1]), 609_999).command).toBeNull();
    expect(at(ordered([n2, n1]), 610_000).command).toMatchObject({
      type: 'EndWork',
      operation: 'op',
      member: n2,
      problem: 'it has not come back within 600 s',
    });
  });

  test('hands the primary over to a standby, or in place to itself', () => {
    const start = { type: 'StartSwitchover', id: 'op/primary' };
    expect(at(ordered([n1])).command).toMatchObject({ ...start, to: n2 });
    expect(at(ordered([n1], true)).command).toMatchObject({ ...start, to: n1 });
    expect(at(ordered([n1]), 11_000, [report(n1, { database: STANDBY })]).command).toBeNull();
  });

  test('ends when its member is taken aside', () => {
    const aside = applyAll(ordered([n2, n1]), [
      { type: 'SetMaintenance', operation: 'm', member: n2, on: true, at: 0 },
    ]);
    expect(at(aside).command).toMatchObject({ type: 'EndWork', member: n2 });
  });

  test('does not keep a silent primary in office', () => {
    const lost = situation({
      state: ordered([n2, n1]),
      now: 10_000 + W,
      reports: all,
      view: { grantor: grants([n1, 10_000 + W]), workSince: since },
    });
    expect(decide(lost).command).toMatchObject({ type: 'BeginElection' });
  });
});
