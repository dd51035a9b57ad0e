import type { Decision } from '@mha4rdb/core';
import { lifeOf, logIndexOf, nodeIdOf } from '@mha4rdb/kernel';
import { FoundingPhase, type FoundingOptions } from './founding-phase.js';
import type { StandingView } from './standing.js';

const WALL = 1_764_000_000_000;
const n1 = nodeIdOf('n1');
const n2 = nodeIdOf('n2');
const n3 = nodeIdOf('n3');
const EMPTY: StandingView = {
  answer: { formed: false, life: lifeOf(0), retired: null },
  clusterId: '',
  members: [],
};
const FORMED: StandingView = {
  answer: { formed: true, life: lifeOf(0), retired: null },
  clusterId: 'c',
  members: [{ id: n3, address: '127.0.0.1:3' }],
};

type Answers = Readonly<Record<string, readonly (StandingView | null)[]>>;

/** Each member gives its answers one after the other, and the last one for ever; null is silence. */
function phaseWith(answers: Answers): { phase: FoundingPhase; told: Decision[] } {
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
    cluster: 'hci-a',
    others: [
      { id: n2, address: '127.0.0.1:2' },
      { id: n3, address: '127.0.0.1:3' },
    ],
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
