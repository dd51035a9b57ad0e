import { incarnationOf, instantOf, logIndexOf, termOf, type NodeId } from '@mha4rdb/kernel';
import type { DatabasePosition } from '@mha4rdb/kernel';
import type { ClusterState, Election } from '../cluster/state.js';
import type { MemberReport } from '../member/report.js';
import {
  applyAll,
  begin,
  form,
  founded,
  n1,
  n2,
  n3,
  position,
  running,
} from '../testing/cluster-fixture.js';
import { report, situation, STANDBY } from '../testing/coordinator-fixture.js';
import { decide } from './decide.js';

const inService = running(founded());
const electing = applyAll(inService, [begin(inService)]);
const { epoch } = inService;

function sealedReport(
  state: ClusterState,
  node: NodeId,
  at: DatabasePosition,
  change: Partial<MemberReport> = {},
): MemberReport {
  return report(node, {
    sealedFor: state.election?.index ?? logIndexOf(0),
    sealedAt: at,
    ...change,
  });
}

function electedBy(change: Partial<Election>, state = electing): ClusterState {
  if (state.election === null) throw new Error('no election');
  return { ...state, election: { ...state.election, ...change } };
}

const n2First = sealedReport(electing, n2, position(epoch, 500));
const n3Behind = sealedReport(electing, n3, position(epoch, 400));
const n1Old = sealedReport(electing, n1, position(epoch, 500));

test('the greatest sealed position is appointed, in this term, for this election, in its present life', () => {
  const life = incarnationOf(7);
  const reports = [{ ...n2First, incarnation: life }, n3Behind];
  const { command, view } = decide(situation({ state: electing, now: 900, reports }));
  expect(command).toMatchObject({
    type: 'AppointPrimary',
    electionIndex: electing.election?.index,
    term: termOf(4),
    member: n2,
    incarnation: life,
    base: position(epoch, 500),
    rule: { standbys: [n3], acks: 1 },
    sealMs: 900,
  });
  expect(view.evidenceSince).toBe(900);
});

test.each([
  ['beyond the candidate, when the operator named one that is behind', position(epoch, 600)],
  ['on another timeline', position(epoch, 400, 9)],
  ['on another epoch', position(epoch - 1, 400)],
])('the target leaves out a standby that cannot stream from the candidate: %s', (_, at) => {
  const state = electedBy({ override: { operation: 'op', to: n2, reason: 'test' } });
  const reports = [n2First, n1Old, sealedReport(electing, n3, at)];
  expect(decide(situation({ state, now: 900, reports })).command).toMatchObject({
    member: n2,
    rule: { standbys: [n1], acks: 1 },
  });
});

test('the target leaves out whom the appointment before could not reach', () => {
  const state = electedBy({ excluded: [n3] });
  const reports = [n1Old, n2First, n3Behind];
  const { command } = decide(situation({ state, now: 900, reports }));
  expect(command).toMatchObject({ member: n1, rule: { standbys: [n2], acks: 1 } });
});

test('the target leaves out a member whose database does not answer as a standby', () => {
  const silent = { ...n3Behind, database: { ...STANDBY, role: 'silent', works: false } as const };
  const { command } = decide(situation({ state: electing, now: 9, reports: [n2First, silent] }));
  expect(command).toMatchObject({ member: n2, rule: { standbys: [], acks: 0 } });
});

test.each([
  ['one short of the evidence', [n2First], 'more of n3 must come back'],
  [
    'one of the two sealed for an election before',
    [n2First, { ...n3Behind, sealedFor: logIndexOf(1) }],
    'more of n3 must come back',
  ],
  [
    'one of the two never sealed',
    [n2First, { ...n3Behind, sealedFor: logIndexOf(0) }],
    'more of n3 must come back',
  ],
  [
    'one of the two does not say where its log ended when it sealed, only where it ends now',
    [
      n2First,
      { ...n3Behind, sealedAt: null, database: { ...STANDBY, position: position(epoch, 400) } },
    ],
    'more of n3 must come back',
  ],
  [
    'a member that is ahead does not answer: a commit that only it has would be lost',
    [{ ...n2First, database: { ...STANDBY, role: 'starting', works: false } as const }, n3Behind],
    'no member that has it all can be appointed',
  ],
] as const)('nobody is appointed: %s', (_, reports, sentence) => {
  const { command, why } = decide(situation({ state: electing, now: 9, reports }));
  expect(command).toBeNull();
  expect(why).toMatch(sentence);
});

test('a report that is not fresh any more is no evidence', () => {
  const given = { state: electing, now: 5000, reports: [n2First, n3Behind] };
  expect(decide(situation({ ...given, receivedAt: 4000 })).command).not.toBeNull();
  expect(decide(situation({ ...given, receivedAt: 3999 })).command).toBeNull();
});

describe('the member that is wanted', () => {
  const state = electedBy({ preferred: n3 });

  test('is waited for, for three seconds and no longer', () => {
    const given = { state, reports: [n2First, n3Behind], view: { phaseSince: instantOf(1000) } };
    const { command, why } = decide(situation({ ...given, now: 3999 }));
    expect(command).toBeNull();
    expect(why).toBe('waiting for n3');
    expect(decide(situation({ ...given, now: 4000 })).command).toMatchObject({ member: n2 });
  });

  test('is appointed at once when none is ahead of it', () => {
    const reports = [n2First, sealedReport(electing, n3, position(epoch, 500))];
    expect(decide(situation({ state, now: 1, reports })).command).toMatchObject({ member: n3 });
  });
});

describe('while the cluster is paused', () => {
  test.each([
    ['grant-expired', false],
    ['database-dead', false],
    ['appointment-failed', false],
    ['switchover', true],
    ['operator', true],
  ] as const)('an election caused by %s goes on: %s', (cause, goesOn) => {
    const state = { ...electedBy({ cause }), paused: true };
    const { command, why } = decide(situation({ state, now: 1, reports: [n2First, n3Behind] }));
    expect(command !== null).toBe(goesOn);
    if (!goesOn) expect(why).toMatch('paused');
  });
});

test('the first appointment has no standbys to wait for: they are copies of it that do not exist yet', () => {
  const formed = applyAll(founded(), [form(founded())]);
  const reports = [n1, n2].map((id) => sealedReport(formed, id, position(0, 10)));
  expect(decide(situation({ state: formed, now: 1, reports })).command).toMatchObject({
    member: n1,
    rule: { standbys: [], acks: 0 },
  });
});

test('a member whose prePromote hook refused is left out while another one has as much', () => {
  const declining = { ...n2First, declines: 'the disk is old' };
  const n3Equal = sealedReport(electing, n3, position(epoch, 500));
  const { command } = decide(
    situation({ state: electing, now: 900, reports: [declining, n3Equal] }),
  );
  expect(command).toMatchObject({ member: n3 });
  const { why } = decide(situation({ state: electing, now: 900, reports: [declining, n3Behind] }));
  expect(why).toContain('n2: its prePromote hook refused: the disk is old');
});

test.each([
  ['whose prePromote hook refused', { declines: 'the disk is old' }],
  [
    'without the watchdog that it must have',
    { watchdog: { state: 'failed', required: true, leftMs: null } as const },
  ],
])('a member %s holds nobody up by what was never acknowledged', (_, change) => {
  // Each of both has every acknowledged commit: what only n2 has was acknowledged to nobody.
  const both = running(founded(), n1, { standbys: [n2, n3], acks: 2 });
  const state = applyAll(both, [begin(both)]);
  const ahead = sealedReport(state, n2, position(epoch, 500), change);
  const behind = sealedReport(state, n3, position(epoch, 400));
  const { command } = decide(situation({ state, now: 900, reports: [ahead, behind] }));
  expect(command).toMatchObject({ member: n3, rule: { standbys: [], acks: 0 } });
});

describe('a member with noFailover', () => {
  const keeping = (id: NodeId, state = electing): ClusterState => ({
    ...state,
    members: state.members.map((one) => (one.id === id ? { ...one, noFailover: true } : one)),
  });
  const appointed = (state: ClusterState, ...reports: readonly MemberReport[]) =>
    decide(situation({ state, now: 900, reports }));

  test('is not appointed though its log is the longest, where the others are evidence enough', () => {
    const confirmed = electing.confirmed;
    if (confirmed === null) throw new Error('nothing is confirmed');
    const state: ClusterState = {
      ...keeping(n2),
      confirmed: { ...confirmed, rule: { standbys: [n3], acks: 1 } },
    };
    const { command } = appointed(state, n2First, n3Behind);
    expect(command).toMatchObject({ member: n3, rule: { standbys: [], acks: 0 } });
    expect(command).toMatchObject({
      candidates: [
        { id: n1 },
        { id: n2, chosen: false, reason: expect.stringContaining('noFailover') as string },
        { id: n3, chosen: true },
      ],
    });
  });

  test('is waited for where only it may have what was acknowledged, and people are told', () => {
    const { command, why } = appointed(keeping(n2), n2First, n3Behind);
    expect(command).toBeNull();
    expect(why).toContain('n2: noFailover is set');
  });

  test('is evidence all the same: another one that has as much is appointed', () => {
    const n3Equal = sealedReport(electing, n3, position(epoch, 500));
    expect(appointed(keeping(n2), n2First, n3Equal).command).toMatchObject({ member: n3 });
  });

  test('restarts in place where it was primary: that is no failover', () => {
    const behind = [n3Behind, sealedReport(electing, n2, position(epoch, 400))];
    expect(appointed(keeping(n1), n1Old, ...behind).command).toMatchObject({ member: n1 });
  });

  test('is appointed where an operator who accepts loss names it', () => {
    const override = { operation: 'op', to: n2, reason: 'test' };
    const state = keeping(n2, electedBy({ override }));
    expect(appointed(state, n2First, n3Behind).command).toMatchObject({ member: n2 });
  });

  test('is not in the rule of whom is appointed, and neither is one with noSync', () => {
    const noSync = electing.members.map((one) =>
      one.id === n3 ? { ...one, noSync: true as const } : one,
    );
    for (const state of [keeping(n3), { ...electing, members: noSync }]) {
      const { command } = appointed(state, n1Old, n2First, n3Behind);
      expect(command).toMatchObject({ member: n1, rule: { standbys: [n2], acks: 1 } });
    }
  });
});

test.each([
  [true, n3, /its watchdog, which is required there, cannot be armed/],
  [false, n2, /^$/],
])('a member whose watchdog failed, required: %j: %s is appointed', (required, member, why) => {
  const watchdog = { state: 'failed', required, leftMs: null } as const;
  const reports = [
    { ...sealedReport(electing, n2, position(epoch, 500)), watchdog },
    sealedReport(electing, n3, position(epoch, 500)),
  ];
  const { command } = decide(situation({ state: electing, now: 900, reports }));
  expect(command).toMatchObject({ type: 'AppointPrimary', member });
  const candidates = command?.type === 'AppointPrimary' ? command.candidates : [];
  const reasons = candidates
    .map(({ reason }) => reason)
    .filter((reason) => /watchdog/.test(reason));
  expect(reasons.join()).toMatch(why);
});

describe('a member in maintenance', () => {
  const aside = (node: NodeId): ClusterState =>
    applyAll(electing, [
      { type: 'SetMaintenance', operation: 'op', member: node, on: true, at: 0 },
    ]);

  test('is not appointed, though it was sealed before; an equal is', () => {
    const reports = [n1Old, n2First, n3Behind];
    const { command } = decide(situation({ state: aside(n1), now: 900, reports }));
    expect(command).toMatchObject({ member: n2, rule: { standbys: [n3], acks: 1 } });
  });

  test('is named where its evidence is missing', () => {
    const { command, why } = decide(situation({ state: aside(n3), now: 900, reports: [n2First] }));
    expect(command).toBeNull();
    expect(why).toMatch(/n3.*must come back.*; n3, in maintenance, gives no evidence/);
  });
});
