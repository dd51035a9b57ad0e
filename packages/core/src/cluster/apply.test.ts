import { epochOf, incarnationOf, instantOf, logIndexOf, termOf } from '@mha4rdb/kernel';
import {
  applyAll,
  appoint,
  begin,
  confirm,
  form,
  founded,
  n1,
  n2,
  n3,
  release,
  running,
} from '../testing/cluster-fixture.js';
import { applyCommand } from './apply.js';
import type { Command } from './command.js';
import type { ClusterState } from './state.js';

const later = { index: logIndexOf(100), term: termOf(1) };

function refusal(state: ClusterState, command: Command, place = later): string | null {
  const { state: after, refused } = applyCommand(state, command, place);
  if (refused !== null) expect(after).toBe(state);
  return refused;
}

const inService = running(founded());
const electing = applyAll(inService, [begin(inService)]);
const appointed = applyAll(electing, [appoint(electing, n2, { standbys: [n3], acks: 1 })]);

const start = {
  type: 'StartSwitchover',
  id: 'op',
  epoch: inService.epoch,
  to: n2,
  at: 0,
} as const satisfies Command;
const cancel: Command = { type: 'CancelSwitchover', id: 'op', reason: 'late' };
const switching = applyAll(inService, [start]);

function renew(
  state: ClusterState,
  change: Partial<Extract<Command, { type: 'RenewGrant' }>> = {},
): Command {
  return {
    type: 'RenewGrant',
    epoch: state.epoch,
    holder: state.primary ?? n1,
    incarnation: state.incarnation,
    sendStamp: instantOf(1),
    ...change,
  };
}

function setRule(
  state: ClusterState,
  change: Partial<Extract<Command, { type: 'SetDurability' }>> = {},
): Command {
  return {
    type: 'SetDurability',
    epoch: state.epoch,
    incarnation: state.incarnation,
    ver: state.confirmed?.ver ?? 0,
    rule: { standbys: [n2], acks: 1 },
    reason: 'test',
    at: 0,
    ...change,
  };
}

describe('guards of protocol §7', () => {
  test.each([
    ['of its holder, in service', inService, renew(inService), true],
    ['of the appointed one', appointed, renew(appointed), true],
    ['late, after the election began', electing, renew(inService), false],
    ['of an older epoch', appointed, renew(appointed, { epoch: inService.epoch }), false],
    ['of another holder', inService, renew(inService, { holder: n2 }), false],
    ['of a former life', inService, renew(inService, { incarnation: incarnationOf(0) }), false],
  ])('RenewGrant %s', (_, state, command, applies) => {
    expect(refusal(state, command) === null).toBe(applies);
  });

  test.each([
    ['of the epoch in service', inService, begin(inService), true],
    ['while one is under way', electing, begin(electing), false],
    ['of an epoch that is over', appointed, begin(inService), false],
  ])('BeginElection %s', (_, state, command, applies) => {
    expect(refusal(state, command) === null).toBe(applies);
  });

  test('a late AppointPrimary of an older election is refused', () => {
    const again = applyAll(appointed, [begin(appointed)]);
    expect(refusal(again, appoint(electing, n3))).toMatch('is over');
  });

  test('an AppointPrimary proposed in another term is refused: that coordinator did not wait', () => {
    const place = { index: logIndexOf(100), term: termOf(2) };
    expect(refusal(electing, appoint(electing, n2), place)).toMatch('term');
  });

  test('an arbiter is never appointed', () => {
    const dual = running(founded(2, 1), n1, { standbys: [n2], acks: 1 });
    const election = applyAll(dual, [begin(dual)]);
    expect(refusal(election, appoint(election, n3))).toMatch('not a data member');
  });

  test('an appointed member is never counted in its own rule', () => {
    const command = appoint(electing, n2, { standbys: [n2, n3], acks: 1 });
    expect(refusal(electing, command)).toMatch('never contains the primary');
  });

  test('ConfirmPrimary needs the same epoch and life, and a rule not weaker than the target', () => {
    const good = confirm(appointed) as Extract<Command, { type: 'ConfirmPrimary' }>;
    expect(refusal(appointed, good)).toBeNull();
    expect(refusal(appointed, { ...good, epoch: epochOf(1) })).not.toBeNull();
    expect(refusal(appointed, { ...good, incarnation: incarnationOf(9) })).not.toBeNull();
    expect(refusal(appointed, { ...good, rule: { standbys: [], acks: 0 } })).toMatch('weaker');
    expect(refusal(inService, good)).not.toBeNull();
  });

  test('of two SetDurability proposals that are outstanding, one is applied (compare and set)', () => {
    const first = applyAll(inService, [setRule(inService)]);
    expect(refusal(first, setRule(inService, { rule: { standbys: [n3], acks: 1 } }))).toMatch(
      'version',
    );
  });

  test.each([
    ['of an older epoch', setRule(inService, { epoch: epochOf(1) })],
    ['of a former life', setRule(inService, { incarnation: incarnationOf(0) })],
    [
      'that counts on the primary itself',
      setRule(inService, { rule: { standbys: [n1], acks: 1 } }),
    ],
  ])('a late SetDurability %s is refused', (_, command) => {
    expect(refusal(inService, command)).not.toBeNull();
  });

  test('Adopt needs the epoch in service and a later life', () => {
    const adopt = (incarnation: number, epoch = inService.epoch): Command => ({
      type: 'Adopt',
      epoch,
      member: n1,
      incarnation: incarnationOf(incarnation),
    });
    expect(refusal(inService, adopt(2))).toBeNull();
    expect(refusal(inService, adopt(1))).toMatch('not later');
    expect(refusal(inService, adopt(2, epochOf(1)))).not.toBeNull();
    expect(refusal(electing, adopt(2))).not.toBeNull();
  });

  test('after Release the epoch is dead: a second release, a renewal and an adoption are refused', () => {
    const released = applyAll(inService, [release(inService, 'dead')]);
    expect(released.phase).toBe('electing');
    expect(refusal(released, release(inService, 'dead'))).not.toBeNull();
    expect(refusal(released, renew(inService))).not.toBeNull();
  });

  test('a switchover can be cancelled only before the release', () => {
    expect(refusal(switching, cancel)).toBeNull();
    const released = applyAll(switching, [release(switching, 'clean')]);
    expect(refusal(released, cancel)).not.toBeNull();
    expect(refusal(switching, { ...cancel, id: 'another' })).toMatch('not under way');
  });

  test.each([
    ['of the epoch in service', inService, {}, true],
    ['for the switchover under way', switching, { switchover: 'op' }, true],
    ['for a switchover that was cancelled', inService, { switchover: 'op' }, false],
    ['for another switchover', switching, { switchover: 'another' }, false],
    ['of an older epoch', inService, { epoch: epochOf(1) }, false],
    ['of a former life', inService, { incarnation: incarnationOf(0) }, false],
  ] as const)('ReleaseGrant %s', (_, state, change, applies) => {
    const command = { ...release(inService, 'clean'), ...change };
    expect(refusal(state, command) === null).toBe(applies);
  });

  test.each([
    ['in service', inService, {}, true],
    ['while another is under way', switching, { id: 'second' }, false],
    ['asked for in an older epoch', inService, { epoch: epochOf(1) }, false],
    ['to the primary itself', inService, { to: n1 }, false],
    ['during an election', electing, {}, false],
  ] as const)('StartSwitchover %s', (_, state, change, applies) => {
    expect(refusal(state, { ...start, ...change }) === null).toBe(applies);
  });

  test.each([
    ['of the election under way', 0, true],
    ['of an election before', 1, false],
  ] as const)('AllowLoss %s', (_, before, applies) => {
    const override = { operation: 'op', to: null, reason: 'test' };
    const electionIndex = logIndexOf((electing.election?.index ?? 0) - before);
    const command: Command = { type: 'AllowLoss', electionIndex, override, at: 0 };
    expect(refusal(electing, command) === null).toBe(applies);
    expect(refusal(inService, command)).toMatch('no election');
  });
});

/**
 * Goal: what an operator gave up is given up until somebody is confirmed, and not longer. Method: an
 * appointment on an accepted loss comes to nothing, in either way; the next election knows of the loss. The
 * one after a confirmation does not.
 */
test('an accepted loss stands until a primary is confirmed', () => {
  const override = { operation: 'op', to: null, reason: 'test' };
  const electionIndex = electing.election?.index ?? logIndexOf(0);
  const allowed = applyAll(electing, [{ type: 'AllowLoss', electionIndex, override, at: 0 }]);
  const tried = applyAll(allowed, [appoint(allowed, n2)]);
  const again = applyAll(tried, [begin(tried)]);
  expect(again.election).toMatchObject({ override });
  const retried = applyAll(again, [appoint(again, n3)]);
  const confirmed = applyAll(retried, [confirm(retried)]);
  for (const end of [begin(confirmed), release(confirmed, 'dead')]) {
    expect(applyAll(confirmed, [end]).election?.override).toBeNull();
  }
});

test.each([
  ['grant-expired', 'paused'],
  ['appointment-failed', 'paused'],
  ['switchover', null],
  ['operator', null],
] as const)('an AppointPrimary behind a pause in the log, in an election for %s', (cause, why) => {
  const began = applyAll(inService, [{ ...begin(inService), cause } as Command]);
  const pause: Command = { type: 'SetPaused', operation: 'p', paused: true, at: 0 };
  const refused = refusal(applyAll(began, [pause]), appoint(began, n2));
  if (why === null) expect(refused).toBeNull();
  else expect(refused).toMatch(why);
});

test('an appointment is a target: the confirmed rule stays what it was until it is confirmed', () => {
  expect(appointed.confirmed).toEqual(inService.confirmed);
  const confirmed = applyAll(appointed, [confirm(appointed, 3, 200)]);
  expect(confirmed.confirmed).toMatchObject({ primary: n2, rule: { standbys: [n3], acks: 1 } });
});

test('epochs are log indexes: each appointment has a greater one', () => {
  const again = applyAll(appointed, [begin(appointed)]);
  const third = applyAll(again, [appoint(again, n3)]);
  expect(inService.epoch).toBeLessThan(appointed.epoch);
  expect(appointed.epoch).toBeLessThan(third.epoch);
});

test('a cluster is formed once', () => {
  expect(refusal(inService, form(inService, n2))).toMatch('formed already');
});

test('a longer grant is remembered for its epoch, and forgotten with the next', () => {
  const keep: Command = { ...renew(inService), type: 'KeepGrant', maxMs: 15_000 } as Command;
  const kept = applyAll(inService, [keep, renew(inService)], 50);
  expect(kept.granted?.longestMs).toBe(15_000);
  const next = applyAll(kept, [begin(kept)], 60);
  const after = applyAll(next, [appoint(next, n2)], 61);
  expect(applyAll(after, [renew(after)], 62).granted?.longestMs).toBe(2400);
});

test('only a confirmed primary keeps its grant for longer', () => {
  const keep = (state: ClusterState): Command =>
    ({ ...renew(state), type: 'KeepGrant', maxMs: 15_000 }) as Command;
  expect(refusal(inService, keep(inService))).toBeNull();
  expect(refusal(appointed, keep(appointed))).toMatch('nothing to keep');
  expect(refusal(electing, keep(inService))).toMatch('nothing to keep');
});

test('what does not come to its end has a result that begins with "failed: ", and the reason', () => {
  const id = 'op';
  const start: Command = { type: 'StartSwitchover', id, epoch: inService.epoch, to: n2, at: 0 };
  const opened = applyAll(inService, [
    {
      type: 'RecordOpened',
      epoch: inService.epoch,
      incarnation: inService.incarnation,
      gateMs: 1,
      vipMs: 1,
      writeGapMs: null,
    },
    start,
  ]);
  const resultsOf = (state: ClusterState) => state.events.map(({ result }) => result);
  expect(resultsOf(opened)).toEqual(['done', 'running']);
  const cancelled = applyAll(opened, [{ type: 'CancelSwitchover', id, reason: 'too slow' }]);
  expect(resultsOf(cancelled)).toEqual(['done', 'failed: cancelled: too slow']);
  const superseded = applyAll(opened, [begin(opened)]);
  expect(resultsOf(superseded)).toEqual([
    'done',
    'failed: superseded by a new election',
    'running',
  ]);
});
