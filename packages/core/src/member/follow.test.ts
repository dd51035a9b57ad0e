import {
  incarnationOf,
  instantOf,
  logIndexOf,
  nodeIdOf,
  type DatabaseObservation,
} from '@mha4rdb/kernel';
import { TIMING_PRESETS } from '../lease/timing.js';
import { founded, n1, n2, position, running } from '../testing/cluster-fixture.js';
import { reconcile } from './reconcile.js';
import { initialMemberState, type MemberState } from './state.js';

const cluster = running(founded());
const now = instantOf(100_000);

/** n2 beside n1, which is confirmed in `cluster` on timeline 2 from 100 on. */
function planOf(database: DatabaseObservation, state: Partial<MemberState> = {}) {
  const member = initialMemberState(n2, incarnationOf(1), null, instantOf(0));
  return reconcile({
    cluster: {
      ...cluster,
      confirmed: cluster.confirmed && { ...cluster.confirmed, rule: { standbys: [], acks: 0 } },
    },
    member: { ...member, database, observedAt: now, ...state },
    timing: TIMING_PRESETS.balanced,
    now,
    wall: 0,
    contactAt: now,
  });
}

const diverged: DatabaseObservation = {
  directory: { kind: 'present', systemId: 's' },
  process: 'stopped',
  role: 'stopped',
  works: false,
};
const sealedStandby: DatabaseObservation = {
  ...diverged,
  process: 'running',
  role: 'standby',
  works: true,
  replayedLsn: 120,
  drained: true,
  upstream: null,
  receiving: false,
};

it.each([
  ['it went on, on the timeline of a confirmed epoch', 1, 'rewind'],
  ['numbers cannot tell its timeline from the primary’s', 2, 'clone'],
] as const)('a diverged log goes the way back: %s', (_, timeline, rung) => {
  const { member } = planOf({ ...sealedStandby, position: position(0, 120, timeline) });
  expect(member.rejoin?.rung).toBe(rung);
});

it('a server that answers nothing for a minute is ended, and not before', () => {
  const silent: DatabaseObservation = { ...diverged, process: 'running', role: 'silent' };
  const after = (ms: number) => planOf(silent, { silentSince: instantOf(now - ms) }).action;
  expect(after(59_000)).toBeNull();
  expect(after(60_000)).toMatchObject({ kind: 'stop', mode: 'immediate' });
});

it('a server that is not ready for long is copied anew', () => {
  const starting: DatabaseObservation = { ...diverged, process: 'running', role: 'starting' };
  expect(planOf(starting).member.startingSince).toBe(now);
  const { member, action } = planOf(starting, { startingSince: instantOf(now - 600_000) });
  expect(member.rejoin?.rung).toBe('clone');
  expect(action?.kind ?? 'stop').toBe('stop');
});

it('a standby that is not let in for long, with a log that goes on past the switch, goes the way back', () => {
  const following: DatabaseObservation = {
    ...sealedStandby,
    upstream: n1,
    drained: false,
    position: position(0, 120),
    history: [],
  };
  const silent = { notReceivingSince: instantOf(now - 15_000) };
  expect(planOf(following, silent).member.rejoin?.rung).toBe('rewind');
  expect(planOf({ ...following, replayedLsn: 90 }, silent).member.rejoin).toBeNull();
});

it('a standby that missed the seal lets go of the upstream of the dead epoch, before it is judged', () => {
  // Ahead of what is replayed, it cannot be judged yet; meanwhile n3 may have become another log.
  const stale: DatabaseObservation = {
    ...sealedStandby,
    upstream: nodeIdOf('n3'),
    drained: false,
    position: position(0, 120),
    history: [],
  };
  const { action, record } = planOf(stale);
  expect(record?.promise).toBe(cluster.epoch);
  expect(action).toMatchObject({ kind: 'seal' });
  expect(planOf({ ...stale, upstream: null }).action).toBeNull();
});

describe('a directory that was wound back', () => {
  const before = { promise: logIndexOf(cluster.epoch), released: null, mustStream: false };

  it('is put on record only after the rewind: until then it may have to be judged by its log', () => {
    const rejoin = { epoch: cluster.epoch, rung: 'rewind' as const, failures: 0, notBefore: now };
    const { record, action } = planOf(diverged, { rejoin, record: before });
    expect(action?.kind).toBe('rewind');
    expect(record).toBeNull();
  });

  it('is on record before it is started, and then follows at once', () => {
    const { record, action } = planOf(diverged, { restored: 'rewound', record: before });
    expect([record?.mustStream, action]).toEqual([true, null]);
    const recorded = planOf(diverged, {
      restored: 'rewound',
      record: { ...before, mustStream: true },
    });
    expect(recorded.action).toMatchObject({ kind: 'follow', upstream: n1 });
    expect(recorded.member.restored).toBeNull();
  });

  it('is a copy like any other after a copy took its place', () => {
    const { record } = planOf(diverged, {
      restored: 'copied',
      record: { ...before, mustStream: true },
    });
    expect(record?.mustStream).toBe(false);
  });

  it('is one no more as soon as it answers as a standby, whatever becomes of it then', () => {
    const { record, action } = planOf(sealedStandby, { record: { ...before, mustStream: true } });
    expect([record?.mustStream, action]).toEqual([false, null]);
  });
});
