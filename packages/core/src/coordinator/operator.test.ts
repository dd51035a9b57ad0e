import type { ClusterState } from '../cluster/state.js';
import type { OperatorRequest } from '../node/event.js';
import type { MemberReport } from '../member/report.js';
import { nodeIdOf, type NodeId, type StandbyView } from '@mha4rdb/kernel';
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
import { classifyRequest } from './operator.js';

const inService = running(founded());
const electing = applyAll(inService, [begin(inService)]);
const appointed = applyAll(electing, [appoint(electing, n2)]);
const switching = applyAll(inService, [
  { type: 'StartSwitchover', id: 'a', epoch: inService.epoch, to: n2, at: 0 },
]);
const paused: ClusterState = { ...inService, paused: true };

function primaryReport(streaming: readonly NodeId[], state: StandbyView['state'] = 'streaming') {
  const standbys = streaming.map((node) => ({ node, state, flushedLsn: 1, replayedLsn: 1 }));
  return report(n1, { database: { ...STANDBY, role: 'primary', standbys } });
}

const healthy: readonly MemberReport[] = [primaryReport([n2, n3]), report(n2), report(n3)];

function ask(
  state: ClusterState,
  request: OperatorRequest,
  reports: readonly MemberReport[] = healthy,
  receivedAt = 9000,
) {
  return classifyRequest(situation({ state, now: 9000, reports, receivedAt }), request);
}

const switchover = (to: NodeId | null): OperatorRequest => ({ kind: 'switchover', id: 'op', to });
const failover = (to: NodeId | null, allowDataLoss = false): OperatorRequest => ({
  kind: 'failover',
  id: 'op',
  to,
  allowDataLoss,
  reason: 'flood',
});

describe('refused, and nothing changes', () => {
  const troubled = [primaryReport([n2]), report(n2, { trouble: 'no space' })];
  const silent = [primaryReport([n2]), report(n2, { database: { ...STANDBY, role: 'silent' } })];
  test.each([
    ['switchover without a primary', electing, switchover(n2), healthy, 'no-primary'],
    ['switchover during a promotion', appointed, switchover(n3), healthy, 'no-primary'],
    ['switchover during another', switching, switchover(n3), healthy, 'busy'],
    [
      'switchover to nobody, where none streams',
      inService,
      switchover(null),
      [primaryReport([]), report(n2)],
      'no-candidate',
    ],
    ['switchover to a stranger', inService, switchover(nodeIdOf('n9')), healthy, 'not-a-candidate'],
    [
      'switchover to a member out of reach',
      inService,
      switchover(n3),
      [primaryReport([n3])],
      'not-a-candidate',
    ],
    ['switchover to a member in trouble', inService, switchover(n2), troubled, 'not-a-candidate'],
    ['switchover to a silent database', inService, switchover(n2), silent, 'not-a-candidate'],
    [
      'switchover to a standby that does not stream',
      inService,
      switchover(n2),
      [primaryReport([n3]), report(n2), report(n3)],
      'not-a-candidate',
    ],
    [
      'switchover to a standby that is still catching up',
      inService,
      switchover(n2),
      [primaryReport([n2], 'catchup'), report(n2)],
      'not-a-candidate',
    ],
    ['failover before the cluster is formed', founded(), failover(null), healthy, 'forming'],
    ['failover to a stranger', inService, failover(nodeIdOf('n9')), healthy, 'not-a-candidate'],
    ['failover during an election', electing, failover(n2), healthy, 'electing'],
  ] as const)('%s', (_, state, request, reports, code) => {
    const verdict = ask(state, request, reports);
    expect(verdict).toMatchObject({ kind: 'refused', code });
    expect(verdict.kind === 'refused' && verdict.reason !== '' && verdict.remedy !== '').toBe(true);
  });

  test('a switchover to an arbiter', () => {
    const dual = running(founded(2, 1), n1, { standbys: [n2], acks: 1 });
    expect(ask(dual, switchover(n3))).toMatchObject({ code: 'not-a-candidate' });
    expect(ask(dual, failover(n3, true))).toMatchObject({ code: 'not-a-candidate' });
  });

  test('a switchover on reports that are not fresh', () => {
    expect(ask(inService, switchover(n2), healthy, 7999)).toMatchObject({
      code: 'not-a-candidate',
      reason: 'n2 is not within reach',
    });
  });
});

test.each([
  ['a switchover to the primary', inService, switchover(n1)],
  ['a pause of a paused cluster', paused, { kind: 'pause', id: 'op' }],
  ['a resume of one that is not paused', inService, { kind: 'resume', id: 'op' }],
] as const)('%s is done already', (_, state, request) => {
  expect(ask(state, request).kind).toBe('done');
});

test.each([
  [
    'a switchover to whom it names',
    inService,
    switchover(n3),
    { type: 'StartSwitchover', id: 'op', epoch: inService.epoch, to: n3 },
  ],
  [
    'a switchover to the best standby, when it names none',
    inService,
    switchover(null),
    { type: 'StartSwitchover', to: n2 },
  ],
  [
    'a failover, of which the election knows the wanted one and no permission of loss',
    inService,
    failover(n3),
    {
      type: 'BeginElection',
      epoch: inService.epoch,
      cause: 'operator',
      operation: 'op',
      preferred: n3,
      override: null,
    },
  ],
  [
    'a failover with loss allowed',
    inService,
    failover(null, true),
    { type: 'BeginElection', override: { operation: 'op', to: null, reason: 'flood' } },
  ],
  [
    'loss allowed for the election that is under way, and no other',
    electing,
    failover(n3, true),
    {
      type: 'AllowLoss',
      electionIndex: electing.election?.index,
      override: { operation: 'op', to: n3, reason: 'flood' },
    },
  ],
  [
    'a pause',
    inService,
    { kind: 'pause', id: 'op' },
    { type: 'SetPaused', operation: 'op', paused: true },
  ],
  ['a resume', paused, { kind: 'resume', id: 'op' }, { type: 'SetPaused', paused: false }],
] as const)('proposes %s', (_, state, request, command) => {
  expect(ask(state, request)).toMatchObject({ kind: 'propose', command });
});

test('the best standby is the one of the greatest priority that streams', () => {
  const members = inService.members.map((one) => ({ ...one, priority: one.id === n3 ? 1 : 0 }));
  const state = { ...inService, members };
  expect(ask(state, switchover(null))).toMatchObject({ command: { to: n3 } });
  const reports = [primaryReport([n2]), report(n2), report(n3)];
  expect(ask(state, switchover(null), reports)).toMatchObject({ command: { to: n2 } });
});

describe('a member that is kept from taking over', () => {
  const members = inService.members.map((one) =>
    one.id === n3 ? { ...one, noFailover: true as const, priority: 9 } : one,
  );
  const state = { ...inService, members };

  test('is no candidate of a switchover, nor of a failover without accepted loss', () => {
    expect(ask(state, switchover(null))).toMatchObject({ command: { to: n2 } });
    const refused = { kind: 'refused', code: 'not-a-candidate' };
    expect(ask(state, switchover(n3))).toMatchObject(refused);
    expect(ask(state, failover(n3, false))).toMatchObject(refused);
    expect(ask(state, failover(n3, true))).toMatchObject({ kind: 'propose' });
  });

  test('is changed by order; what is so already is done', () => {
    const request = (noFailover: boolean): OperatorRequest => ({
      kind: 'changeMember',
      id: 'op',
      member: n3,
      changes: { noFailover },
    });
    expect(ask(state, request(true))).toMatchObject({ kind: 'done' });
    expect(ask(state, request(false))).toMatchObject({
      kind: 'propose',
      command: { type: 'ChangeMember', member: n3, changes: { noFailover: false } },
    });
    expect(ask({ ...state, phase: 'forming' }, request(false))).toMatchObject({ code: 'forming' });
  });
});

describe('maintenance', () => {
  const aside = applyAll(inService, [
    { type: 'SetMaintenance', operation: 'op', member: n2, on: true, at: 0 },
  ]);
  const maintenance = (member: NodeId, on = true): OperatorRequest => ({
    kind: 'maintenance',
    id: 'op2',
    member,
    on,
  });

  test.each([
    ['the primary', inService, maintenance(n1), 'is-primary'],
    ['a stranger, off', inService, maintenance(nodeIdOf('n9'), false), 'unknown-member'],
    ['during a promotion', appointed, maintenance(n3), 'busy'],
    ['switchover to whom is aside', aside, switchover(n2), 'not-a-candidate'],
    ['failover to whom is aside, loss accepted', aside, failover(n2, true), 'not-a-candidate'],
  ])('refused: %s', (_, state, request, code) => {
    expect(ask(state, request)).toMatchObject({ kind: 'refused', code });
  });

  test('a switchover to anybody goes to another one', () => {
    expect(ask(aside, switchover(null))).toMatchObject({ command: { to: n3 } });
  });

  test.each([
    [inService, maintenance(n2, false)],
    [aside, maintenance(n2)],
  ])('is so already', (state, request) => {
    expect(ask(state, request)).toMatchObject({ kind: 'done' });
  });

  test.each([true, false])('becomes a command: on %s', (on) => {
    expect(ask(on ? inService : aside, maintenance(n2, on))).toMatchObject({
      kind: 'propose',
      command: { type: 'SetMaintenance', operation: 'op2', member: n2, on },
    });
  });

  test('ends during a promotion too', () => {
    const promoting = applyAll(aside, [begin(aside)]);
    const appointee = applyAll(promoting, [appoint(promoting, n3)]);
    expect(ask(appointee, maintenance(n2, false))).toMatchObject({ kind: 'propose' });
  });
});

describe('a restart, and a copy, by order', () => {
  const restart = (members: readonly NodeId[] | null, inPlace = false): OperatorRequest => ({
    kind: 'restart',
    id: 'op',
    members,
    inPlace,
  });
  const reinit = (member: NodeId): OperatorRequest => ({ kind: 'reinit', id: 'op', member });
  const restarting = applyAll(inService, [
    { type: 'StartRestart', operation: 'a', members: [n2], inPlace: false, at: 0 },
  ]);
  const dual = running(founded(2, 1), n1, { standbys: [n2], acks: 1 });
  const lone = [primaryReport([]), report(n2), report(n3)];

  test.each([
    ['during another', restarting, restart([n3]), healthy, 'busy'],
    ['of a member that is being restarted', restarting, reinit(n2), healthy, 'busy'],
    ['of a stranger', inService, restart([nodeIdOf('n9')]), healthy, 'unknown-member'],
    ['of an arbiter', dual, restart([n3]), healthy, 'no-database'],
    ['during an election', electing, restart(null), healthy, 'no-primary'],
    ['during a switchover', switching, restart(null), healthy, 'no-primary'],
    ['of whom nobody hears', inService, restart([n3]), [primaryReport([n3])], 'unreachable'],
    [
      'of the primary, where nobody could take over',
      inService,
      restart([n1]),
      lone,
      'no-candidate',
    ],
    ['of the primary: a copy', inService, reinit(n1), healthy, 'is-primary'],
    ['of the only one that commits count on: a copy', dual, reinit(n2), healthy, 'counted'],
  ])('refused: %s', (_, state, request, reports, code) => {
    expect(ask(state, request, reports)).toMatchObject({ kind: 'refused', code });
  });

  test('standbys first, the primary last, whoever was named how', () => {
    const command = { type: 'StartRestart', members: [n2, n3, n1], inPlace: false };
    expect(ask(inService, restart(null))).toMatchObject({ command });
    expect(ask(inService, restart([n1, n3, n2]))).toMatchObject({ command });
    expect(ask(inService, restart([n1], true), lone)).toMatchObject({
      command: { members: [n1], inPlace: true },
    });
  });

  test('a copy of a standby that others replace, or without which less may be promised', () => {
    expect(ask(inService, reinit(n2))).toMatchObject({ command: { type: 'StartReinit' } });
    const degrading = { ...dual, settings: { durability: { mode: 'majority', degrade: true } } };
    expect(ask(degrading as ClusterState, reinit(n2))).toMatchObject({ kind: 'propose' });
  });

  test('who is at it is no candidate', () => {
    expect(ask(restarting, switchover(null))).toMatchObject({ command: { to: n3 } });
  });
});
