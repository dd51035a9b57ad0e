import { askingAnswer, type Decision, type Founding } from '@mha4rdb/core';
import { lifeOf, logIndexOf, nodeIdOf, type NodeId } from '@mha4rdb/kernel';
import { FoundingPhase, type FoundingOptions } from './founding-phase.js';
import type { StandingView } from './standing.js';

const WALL = 1_764_000_000_000;
const [n1, n2, n3, n4] = ['n1', 'n2', 'n3', 'n4'].map(nodeIdOf) as [NodeId, NodeId, NodeId, NodeId];

/** What a node is configured with that names these. */
function listOf(ids: readonly NodeId[]): Founding {
  return {
    name: 'hci-a',
    grantMs: 2400,
    settings: { durability: { mode: 'majority', degrade: true } },
    members: ids.map((id) => ({
      id,
      role: 'arbiter',
      address: `127.0.0.1:${id.slice(1)}`,
      priority: 0,
    })),
  };
}

function asking(basis: Founding): StandingView {
  return { answer: askingAnswer(basis), clusterId: '', members: [] };
}

const LIST = listOf([n1, n2, n3]);
const EMPTY = asking(LIST);
const FORMED: StandingView = {
  answer: { formed: true, life: lifeOf(0), retired: null, basis: LIST },
  clusterId: 'c',
  members: [{ id: n3, address: '127.0.0.1:3' }],
};

type Answers = Readonly<Record<string, readonly (StandingView | null)[]>>;

/** Each member gives its answers one after the other, and the last one for ever; null is silence. */
function phaseWith(
  answers: Answers,
  founding: Founding = LIST,
): { phase: FoundingPhase; told: Decision[] } {
  const told: Decision[] = [];
  const asked = new Map<string, number>();
  const ask: FoundingOptions['ask'] = ({ id }) => {
    const count = asked.get(id) ?? 0;
    asked.set(id, count + 1);
    const given = answers[id] ?? [];
    const value = given[Math.min(count, given.length - 1)] ?? null;
    return Promise.resolve(
      value === null
        ? { ok: false, error: { code: 'no-answer', message: 'refused' } }
        : { ok: true, value },
    );
  };
  const phase = new FoundingPhase({
    me: n1,
    founding,
    ask,
    wall: () => WALL,
    tell: (decision) => told.push(decision),
    pace: { firstPause: 1, mostPause: 2, grace: 20, tellEvery: 5 },
  });
  return { phase, told };
}

it('founds once every other member has answered that it holds nothing, and waits for each until then', async () => {
  const { phase } = phaseWith({ n2: [EMPTY], n3: [null, null, null, EMPTY] });
  expect(phase.waitsFor).toMatch(/n2 at .*n3 at /);
  const begun = await phase.begin();
  expect(begun).toMatchObject({ ok: true, value: { entry: { kind: 'found' } } });
});

it('joins as soon as one holds a cluster, though another is silent for ever (R8)', async () => {
  const begun = await phaseWith({ n2: [null, FORMED], n3: [null] }).phase.begin();
  expect(begun).toMatchObject({
    ok: true,
    value: { entry: { kind: 'join', life: WALL }, members: FORMED.members },
  });
});

it('remembers what was said: silence afterwards does not take it back', async () => {
  const { phase } = phaseWith({ n2: [EMPTY, null], n3: [null, null, null, null, EMPTY] });
  expect(await phase.begin()).toMatchObject({ ok: true, value: { entry: { kind: 'found' } } });
});

it('does not begin when one knows that its id was removed', async () => {
  const removed: StandingView = {
    ...FORMED,
    answer: { ...FORMED.answer, retired: logIndexOf(7) },
  };
  const begun = await phaseWith({ n2: [removed], n3: [EMPTY] }).phase.begin();
  expect(begun).toMatchObject({ ok: false, error: { code: 'retired' } });
});

it('says once, and again from time to time, that the lists differ, and founds when they do no more', async () => {
  const longer = asking(listOf([n1, n2, n3, n4]));
  const { phase, told } = phaseWith({ n2: [EMPTY], n3: [longer, longer, longer, EMPTY] });
  const begun = phase.begin();
  const seen: string[] = [];
  while (told.length === 0) {
    await new Promise((soon) => setImmediate(soon));
    seen.push(phase.waitsFor);
  }
  expect(told[0]).toEqual({
    event: 'founding-refused',
    fields: {
      code: 'unequal-lists',
      reason: expect.stringContaining(
        'n3 (n4: not a member here, arbiter at 127.0.0.1:4 there)',
      ) as string,
      remedy: expect.stringContaining('give every first member the same members') as string,
    },
  });
  expect(seen.at(-1)).toMatch(/would found another cluster .*mhactl member add/);
  expect(await begun).toMatchObject({ ok: true, value: { entry: { kind: 'found' } } });
  expect(told.at(-1)?.event).toBe('founding');
});

it('waits for its addition to a cluster that does not list it, and joins without a restart', async () => {
  const lists = listOf([n1, n2, n3]);
  const without: StandingView = {
    ...FORMED,
    answer: { ...FORMED.answer, basis: listOf([n2, n3]) },
  };
  const { phase, told } = phaseWith({ n2: [null], n3: [without, without, without, FORMED] }, lists);
  expect(await phase.begin()).toMatchObject({ ok: true, value: { entry: { kind: 'join' } } });
  expect(told[0]).toMatchObject({
    event: 'founding-refused',
    fields: {
      code: 'not-a-member',
      remedy: expect.stringContaining(
        'mhactl member add n1 --role arbiter --address 127.0.0.1:1',
      ) as string,
    },
  });
});

it('answers that there is a cluster, and founds none, when its directory is no empty one', () => {
  const { phase } = phaseWith({});
  expect(phase.answer).toEqual(askingAnswer(LIST));
  phase.beganBefore();
  expect(phase.answer).toMatchObject({ formed: true, basis: null });
});
