import { incarnationOf, instantOf, type NodeId, type SynchronousRule } from '@mha4rdb/kernel';
import { TIMING_PRESETS } from '../lease/timing.js';
import { NO_RULE } from '../quorum/rule.js';
import { founded, n1, n2, n3, running } from '../testing/cluster-fixture.js';
import { planDurability } from './durability.js';
import { initialMemberState, type MemberState } from './state.js';
import type { MemberSituation } from './plan.js';

const timing = TIMING_PRESETS.balanced;
const both: SynchronousRule = { standbys: [n2, n3], acks: 1 };
const one: SynchronousRule = { standbys: [n2], acks: 1 };

interface Given {
  readonly recorded: SynchronousRule;
  readonly enforced: SynchronousRule;
  readonly streaming: readonly NodeId[];
  readonly degrade?: boolean;
  readonly aside?: NodeId;
  readonly data?: number;
  readonly member?: Partial<MemberState>;
  readonly now?: number;
}

function planFor(given: Given): ReturnType<typeof planDurability> {
  const { recorded, enforced, streaming, degrade = false, data = 3 } = given;
  const now = instantOf(given.now ?? 100_000);
  const formed = running(founded(data, 0, { mode: 'majority', degrade }), n1, recorded);
  const members = formed.members.map((one) =>
    one.id === given.aside ? ({ ...one, maintenance: true } as const) : one,
  );
  const cluster = { ...formed, members };
  const fresh = initialMemberState(n1, incarnationOf(1), null, instantOf(0));
  const member: MemberState = {
    ...fresh,
    observedAt: now,
    gate: {
      epoch: cluster.epoch,
      confirmedAt: instantOf(0),
      openedAt: instantOf(0),
      flushed: true,
    },
    database: {
      directory: { kind: 'present', systemId: 's' },
      process: 'running',
      role: 'primary',
      works: true,
      rule: enforced,
      standbys: streaming.map((node) => ({
        node,
        state: 'streaming',
        flushedLsn: 1,
        replayedLsn: 1,
      })),
    },
    ...given.member,
  };
  const situation: MemberSituation = { cluster, member, timing, now, wall: 0, contactAt: now };
  return planDurability(situation);
}

test('weaker goes record first: the proposal leaves, the database stays as strict as it was', () => {
  const planned = planFor({ recorded: one, enforced: one, streaming: [n2, n3] });
  expect(planned.action).toBeNull();
  expect(planned.proposals).toMatchObject([{ type: 'SetDurability', rule: both }]);
});

test('once the weaker rule is recorded, the database follows', () => {
  const planned = planFor({ recorded: both, enforced: one, streaming: [n2, n3] });
  expect(planned.action).toMatchObject({ kind: 'applyRule', rule: both });
});

test('stronger goes database first, then the barrier, then the record', () => {
  const first = planFor({ recorded: both, enforced: both, streaming: [n2] });
  expect(first).toMatchObject({ action: { kind: 'applyRule', rule: one }, proposals: [] });
  const second = planFor({ recorded: both, enforced: one, streaming: [n2] });
  expect(second).toMatchObject({ action: { kind: 'barrier', rule: one }, proposals: [] });
  const third = planFor({
    recorded: both,
    enforced: one,
    streaming: [n2],
    member: { barrierFor: one },
  });
  expect(third.action).toBeNull();
  expect(third.proposals).toMatchObject([{ type: 'SetDurability', rule: one }]);
});

test('a barrier that was passed for another rule does not count', () => {
  const planned = planFor({
    recorded: both,
    enforced: one,
    streaming: [n2],
    member: { barrierFor: both },
  });
  expect(planned.action).toMatchObject({ kind: 'barrier' });
});

test('the database is not lowered while a proposal that asks for more is outstanding', () => {
  const planned = planFor({
    recorded: both,
    enforced: one,
    streaming: [n2, n3],
    member: { outstanding: [{ ver: 1, rule: one }] },
  });
  expect(planned.action).toBeNull();
  expect(planned.proposals).toMatchObject([{ type: 'SetDurability', rule: one }]);
});

test('a proposal that was made stands until a greater version: its time-out is no failure', () => {
  const raising = { recorded: both, enforced: one, streaming: [n2] };
  const made = planFor({ ...raising, member: { barrierFor: one } });
  expect(made.proposals).toMatchObject([{ rule: one }]);
  const { outstanding } = made.member;
  const back = planFor({ ...raising, streaming: [n2, n3], now: 900_000, member: { outstanding } });
  expect(back.action).toBeNull();
  expect(back.proposals).toMatchObject([{ rule: one }]);
});

test('a proposal of an older version is over: it blocks nothing', () => {
  const planned = planFor({
    recorded: both,
    enforced: one,
    streaming: [n2, n3],
    member: { outstanding: [{ ver: 0, rule: one }] },
  });
  expect(planned.action).toMatchObject({ kind: 'applyRule', rule: both });
});

test('a standby that fell silent a moment ago changes no rule', () => {
  const planned = planFor({
    recorded: both,
    enforced: both,
    streaming: [n2],
    member: { streamedAt: { [n3]: instantOf(99_000) } },
  });
  expect(planned).toMatchObject({ action: null, proposals: [] });
});

test('a standby whose host vanished counts as silent while the server still calls it streaming', () => {
  const cut = { at: instantOf(99_750), lsn: 500, flushed: { [n3]: 1 } };
  const planned = planFor({
    recorded: both,
    enforced: both,
    streaming: [n2, n3],
    member: { progress: cut, streamedAt: { [n3]: instantOf(97_000) } },
  });
  expect(planned.action).toMatchObject({ kind: 'applyRule', rule: one });
});

test('a standby that goes on flushing answers, however far behind it is', () => {
  const slow = { at: instantOf(99_750), lsn: 500, flushed: { [n2]: 0, [n3]: 0 } };
  const planned = planFor({
    recorded: both,
    enforced: both,
    streaming: [n2, n3],
    member: { progress: slow, streamedAt: {} },
  });
  expect(planned).toMatchObject({ action: null, proposals: [] });
});

test('without degrade commits wait rather than be worth less; with it they go on after a grant length', () => {
  expect(planFor({ recorded: one, enforced: one, streaming: [] })).toMatchObject({
    action: null,
    proposals: [],
  });
  const planned = planFor({ recorded: one, enforced: one, streaming: [], degrade: true, data: 2 });
  expect(planned.proposals).toMatchObject([{ type: 'SetDurability', rule: NO_RULE }]);
});

test('a database whose rule is weaker than the record is made strict at once', () => {
  const planned = planFor({ recorded: one, enforced: NO_RULE, streaming: [n2] });
  expect(planned.action).toMatchObject({ kind: 'applyRule', rule: one });
});

describe('a member in maintenance', () => {
  test('is let go of at once where others are enough', () => {
    const planned = planFor({ recorded: both, enforced: both, streaming: [n2, n3], aside: n3 });
    expect(planned.action).toMatchObject({ kind: 'applyRule', rule: one });
  });

  test('is let go of before it is silent, where less may be promised', () => {
    const planned = planFor({
      recorded: one,
      enforced: one,
      streaming: [n2],
      data: 2,
      degrade: true,
      aside: n2,
    });
    expect(planned.proposals).toMatchObject([{ type: 'SetDurability', rule: NO_RULE }]);
  });

  test('goes on counting where no commit may be worth less', () => {
    const planned = planFor({ recorded: one, enforced: one, streaming: [n2], data: 2, aside: n2 });
    expect(planned).toMatchObject({ action: null, proposals: [] });
  });

  test('is not counted on anew', () => {
    const planned = planFor({ recorded: one, enforced: one, streaming: [n2, n3], aside: n3 });
    expect(planned).toMatchObject({ action: null, proposals: [] });
  });
});
