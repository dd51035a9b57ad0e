import { instantOf, type NodeId } from '@mha4rdb/kernel';
import type { ClusterState } from '../../cluster/state.js';
import { waitFor } from '../../lease/timing.js';
import type { MemberReport } from '../../member/report.js';
import {
  applyAll,
  begin,
  founded,
  n1,
  n2,
  n3,
  position,
  running,
} from '../../testing/cluster-fixture.js';
import { received, report, STANDBY } from '../../testing/coordinator-fixture.js';
import { NOW, PRIMARY } from '../../testing/member-fixture.js';
import { playLeader, playNode } from '../../testing/played-node.js';
import type { OperatorRequest } from '../event.js';
import type { NodeState } from '../state.js';
import { explainOf } from './explain.js';
import { memberWord } from './member-state.js';
import { planOrder } from './order-plan.js';
import { formatLsn } from './position-text.js';
import { readinessOf } from './readiness.js';
import { isStale, leaderView, statusOf } from './status.js';

const three = running(founded());
const dual = running(founded(2, 1, { mode: 'majority', degrade: true }), n1, {
  standbys: [n2],
  acks: 1,
});
const alone: ClusterState = {
  ...dual,
  confirmed: dual.confirmed && { ...dual.confirmed, rule: { standbys: [], acks: 0 } },
};
const onlyN2 = { standbys: [n2], acks: 1 };
function aside(cluster: ClusterState, member: NodeId = n3): ClusterState {
  return applyAll(cluster, [{ type: 'SetMaintenance', operation: 'op', member, on: true, at: 0 }]);
}
const single = running(founded(1), n1, { standbys: [], acks: 0 });
const electing = applyAll(three, [begin(three)]);

function primary(change: Partial<MemberReport> = {}): MemberReport {
  const standbys = [n2, n3].map((node) => ({
    node,
    state: 'streaming' as const,
    flushedLsn: 900,
    replayedLsn: 900,
  }));
  const database = { ...PRIMARY, position: position(3, 1000), standbys };
  return report(n1, { database, open: true, grantMs: 2000, ...change });
}

function streaming(node: NodeId, lagMs: number) {
  return { node, state: 'streaming' as const, flushedLsn: 900, replayedLsn: 900, lagMs };
}

function standby(id: NodeId, lsn = 900): MemberReport {
  const database = { ...STANDBY, upstream: n1, receiving: true, position: position(3, lsn) };
  return report(id, { database });
}

const all = [primary(), standby(n2), standby(n3)];
const arbiter = report(n3, { database: null });

function seen(cluster: ClusterState, reports: readonly MemberReport[], at = NOW): NodeState {
  const { node } = playNode(n1, cluster, null);
  return { ...node, reports: received(reports, at) };
}

const now = instantOf(NOW);

describe('the verdict', () => {
  const silentStandby = report(n3, { database: { ...STANDBY, upstream: n1, receiving: false } });
  test.each([
    ['three, all well', three, all, 'healthy', true, n2],
    [
      'three, one standby gone: evidence is one short',
      three,
      [primary(), standby(n2)],
      'degraded',
      false,
      null,
    ],
    [
      'three, one standby does not stream',
      three,
      [primary(), standby(n2), silentStandby],
      'degraded',
      true,
      n2,
    ],
    [
      'three, the primary not open',
      three,
      [primary({ open: false }), standby(n2), standby(n3)],
      'unavailable',
      false,
      null,
    ],
    ['three, the primary silent', three, [standby(n2), standby(n3)], 'unavailable', false, null],
    ['three, during an election', electing, all, 'unavailable', false, null],
    [
      'three, a standby in maintenance, whom commits still count on',
      aside(three),
      all,
      'degraded',
      false,
      null,
    ],
    [
      'three, a standby in maintenance that was let go of',
      aside({ ...three, confirmed: three.confirmed && { ...three.confirmed, rule: onlyN2 } }),
      all,
      'degraded',
      true,
      n2,
    ],
    [
      'three, a disk that fills up: it says so while all still works',
      three,
      [
        primary(),
        standby(n2),
        report(n3, { database: { ...standby(n3).database!, storage: '3 MB left' } }),
      ],
      'degraded',
      true,
      n2,
    ],
    ['three, paused', { ...three, paused: true }, all, 'degraded', false, n2],
    ['dual, all well', dual, [primary(), standby(n2), arbiter], 'healthy', true, n2],
    [
      'dual, arbiter gone: no majority without the primary',
      dual,
      [primary(), standby(n2)],
      'degraded',
      false,
      null,
    ],
    [
      'dual, standby gone and the primary on its own',
      alone,
      [primary(), arbiter],
      'degraded',
      false,
      null,
    ],
    ['single, well: there is nobody to fail over to', single, [primary()], 'healthy', false, null],
    ['single, its database stopped', single, [], 'unavailable', false, null],
  ] as const)('%s', (_, cluster, reports, verdict, failoverReady, to) => {
    const readiness = readinessOf(seen(cluster, reports), now);
    expect(readiness).toMatchObject({ verdict, failoverReady, to });
    expect(readiness.reasons.length === 0).toBe(verdict === 'healthy');
  });

  test('rests on fresh reports only', () => {
    expect(readinessOf(seen(three, all, NOW - 1000), now).verdict).toBe('healthy');
    expect(readinessOf(seen(three, all, NOW - 1001), now).verdict).toBe('unavailable');
  });

  test('names the standby that has most of the log, then the greater priority', () => {
    const ahead = [primary(), standby(n2, 800), standby(n3, 900)];
    expect(readinessOf(seen(three, ahead), now).to).toBe(n3);
    const members = three.members.map((one) => ({ ...one, priority: one.id === n3 ? 5 : 0 }));
    expect(readinessOf(seen({ ...three, members }, all), now).to).toBe(n3);
  });
});

test('explain adds what the coordinator waits for', () => {
  const node = { ...seen(electing, all), why: '1 more of n3 must come back' };
  const { possible, checks } = explainOf(node, now);
  expect(possible).toBe(false);
  expect(checks).toContainEqual(
    expect.objectContaining({ check: 'election', ok: false, detail: node.why }),
  );
});

test.each([
  ['by the coordinator’s word', n2, 'n3 must come back'],
  ['not by the word of those that led before', n3, 'no primary is in service'],
])('what an election waits for is known on every member: %s', (_case, leader, said) => {
  const waitsFor = 'n3 must come back';
  const node = seen(electing, [primary({ waitsFor }), { ...standby(n2), waitsFor }, standby(n3)]);
  const follower = { ...node, raft: { ...node.raft, leader } };
  const { reasons } = readinessOf(follower, now);
  expect(reasons[0]).toContain(said);
  expect(explainOf(follower, now).checks.some(({ check }) => check === 'election')).toBe(
    leader === n2,
  );
});

test.each([
  ['while the cluster is paused', { ...three, paused: true }, 'paused'],
  ['with a single node', single, 'mode'],
])('explain names why a failover is not possible %s', (_case, cluster, check) => {
  const { possible, checks } = explainOf(seen(cluster, all), now);
  expect(possible).toBe(false);
  expect(checks.filter(({ ok }) => !ok)).toEqual([
    expect.objectContaining({ check, detail: expect.stringMatching(/nobody/) as string }),
  ]);
});

describe('status', () => {
  test('shows who is primary only while one is in service', () => {
    expect(statusOf(seen(three, all), now, 7)).toMatchObject({
      mode: 'cluster',
      primary: n1,
      epoch: three.epoch,
      asOfMs: 7,
      answeredBy: n1,
      durability: { mode: 'majority', electable: [n2, n3], acks: 1 },
    });
    expect(statusOf(seen(electing, all), now, 7).primary).toBeNull();
    expect(leaderView(seen(electing, all))).toBeNull();
    expect(leaderView(seen(three, all))).toMatchObject({ id: n1, database: '10.0.0.1:5432' });
  });

  test('shows how far a standby is behind, and whether commits count on it', () => {
    const [first, second] = statusOf(seen(three, all), now, 0).members;
    expect(first).toMatchObject({ id: n1, state: 'primary', sync: false, grantMs: 2000 });
    expect(second).toMatchObject({ id: n2, state: 'standby', lagBytes: 100, sync: true });
  });

  test('shows the lag in time as the primary measured it, and how far a copy is', () => {
    const measured = { ...primary().database!, standbys: [streaming(n2, 40)] };
    const progress = { step: 'copying', bytesDone: 30, bytesTotal: 120 };
    const copied = report(n3, { action: 'clone', progress });
    const [, second, third] = statusOf(
      seen(three, [primary({ database: measured }), standby(n2), copied]),
      now,
      0,
    ).members;
    expect(second).toMatchObject({ id: n2, lagMs: 40 });
    expect(third).toMatchObject({ id: n3, state: 'cloning', progress });
    expect(third).not.toHaveProperty('lagMs');
  });

  test('a member that is not heard is unreachable, of unknown health, and shows no position', () => {
    const member = statusOf(seen(three, [primary()]), now, 0).members[1];
    expect(member).toMatchObject({ state: 'unreachable', health: 'unknown', reportAgeMs: null });
    expect(member).not.toHaveProperty('position');
  });

  test('a member in maintenance says so, within reach or not', () => {
    const stateOf = (reports: readonly MemberReport[]) =>
      statusOf(seen(aside(three), reports), now, 0).members[2];
    const state = 'maintenance';
    const stopped = report(n3, { database: { ...STANDBY, works: false, role: 'stopped' } });
    expect(stateOf(all)).toMatchObject({ state, health: 'ok', reachable: true });
    expect(stateOf([primary(), stopped])).toMatchObject({ state, health: 'unknown' });
    expect(stateOf([primary()])).toMatchObject({ state, health: 'unknown', reachable: false });
  });

  test('an address has one holder: whose fresh report says so; an old report says nothing', () => {
    const vips = [{ address: '10.0.0.9', held: true }];
    const holding = [
      primary({ vips }),
      report(n2, { vips: [{ address: '10.0.0.9', held: false }] }),
    ];
    expect(statusOf(seen(three, holding), now, 0).vip).toEqual([
      { address: '10.0.0.9', holder: n1, observed: true },
    ]);
    expect(statusOf(seen(three, holding, NOW - 5000), now, 0).vip).toEqual([
      { address: '10.0.0.9', holder: null, observed: false },
    ]);
  });

  test('is stale without word from a coordinator for the longest election time', () => {
    const node = seen(three, all);
    const heard = (at: number): NodeState => ({
      ...node,
      raft: { ...node.raft, leaderContactAt: instantOf(at) },
    });
    expect(isStale(heard(NOW - 1000), now)).toBe(false);
    expect(isStale(heard(NOW - 1001), now)).toBe(true);
    expect(isStale({ ...node, raft: { ...node.raft, leader: null } }, now)).toBe(true);
  });
});

test.each([
  ['primary', three, primary()],
  ['demoting', electing, primary()],
  ['demoting', three, { ...primary(), node: n2 }],
  ['standby', three, standby(n2)],
  ['failed', three, { ...standby(n2), trouble: 'no space' }],
  ['promoting', three, report(n2, { action: 'promote' })],
  ['rewinding', three, report(n2, { action: 'rewind' })],
  ['cloning', three, report(n2, { action: 'clone' })],
  ['diverged', three, report(n2, { rejoin: 'clone' })],
  ['rewinding', three, report(n2, { rejoin: 'rewind', action: 'rewind' })],
  [
    'stopped',
    three,
    report(n2, {
      rejoin: 'clone',
      database: { ...STANDBY, role: 'stopped', directory: { kind: 'empty' } },
    }),
  ],
  ['demoting', three, primary({ action: 'handOver' })],
  ['unknown', three, report(n2, { database: null })],
  ['starting', three, report(n2, { database: { ...STANDBY, role: 'starting' } })],
  ['failed', three, report(n2, { database: { ...STANDBY, role: 'silent' } })],
  ['stopped', three, report(n2, { database: { ...STANDBY, role: 'stopped' } })],
] as const)('the word for a member is %s', (word, cluster, one) => {
  expect(memberWord(cluster, one)).toBe(word);
});

test.each([
  [0, '0/0'],
  [0x5000060, '0/5000060'],
  [0x1_0000_00ff, '1/FF'],
])('position %d reads as PostgreSQL writes it', (lsn, text) => {
  expect(formatLsn(lsn)).toBe(text);
});

describe('what an order would do', () => {
  function planned(cluster: ClusterState, request: OperatorRequest) {
    const { node, now: at } = playLeader(cluster);
    return planOrder({ ...node, reports: received(all, at) }, request, instantOf(at), 0);
  }
  const failover = (allowDataLoss: boolean): OperatorRequest => ({
    kind: 'failover',
    id: 'op',
    to: n3,
    allowDataLoss,
    reason: 'test',
  });

  test('a switchover loses nothing, and shows its steps in order', () => {
    const plan = planned(three, { kind: 'switchover', id: 'op', to: n3 });
    expect(plan).toMatchObject({ kind: 'plan', from: n1, to: n3, expectedLossBytes: 0 });
    expect(plan.kind === 'plan' && plan.steps.map(({ member }) => member)).toEqual([
      n1,
      n1,
      n3,
      n3,
      n3,
      n1,
    ]);
  });

  test('a failover waits for the grant; with loss allowed the loss cannot be told', () => {
    const expectedGapMs = Math.round(waitFor(three.grantMs));
    expect(planned(three, failover(false))).toMatchObject({ expectedGapMs, expectedLossBytes: 0 });
    expect(planned(three, failover(true))).toMatchObject({ expectedLossBytes: null });
  });

  const maintenance = (member: NodeId, on = true): OperatorRequest => ({
    kind: 'maintenance',
    id: 'op',
    member,
    on,
  });

  test.each([
    ['others are enough', three, n3, 'stop counting on it'],
    ['less may be promised', dual, n2, 'one standby less'],
    [
      'less may not be promised',
      running(founded(2, 0), n1, { standbys: [n2], acks: 1 }),
      n2,
      'go on counting',
    ],
  ])('maintenance says what becomes of commits where %s', (_, cluster, member, said) => {
    const plan = planned(cluster, maintenance(member));
    expect(plan).toMatchObject({ to: null, expectedGapMs: null, steps: [{ member }, {}] });
    expect(plan.kind === 'plan' && plan.steps[1]?.action).toContain(said);
  });

  test('the end of a maintenance is planned too', () => {
    expect(planned(aside(three), maintenance(n3, false))).toMatchObject({
      steps: [{ member: n3 }, { member: n1 }],
    });
  });

  test('what would be refused is refused with the same code, and nothing changes', () => {
    expect(planned(electing, failover(false))).toMatchObject({ kind: 'refused', code: 'electing' });
  });

  test('what is so already needs no step', () => {
    expect(planned(three, { kind: 'switchover', id: 'op', to: n1 })).toMatchObject({
      steps: [{ action: 'nothing: n1 is the primary already' }],
    });
  });

  test('who does not coordinate says who does', () => {
    const answer = planOrder(seen(three, all), failover(false), now, 0);
    expect(answer).toMatchObject({ kind: 'elsewhere', coordinator: n3 });
  });
});
