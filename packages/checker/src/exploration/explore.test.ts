import { explore, type Limits } from './explore.js';
import { printCounterexample } from './counterexample.js';
import type { Model, Vector } from './model.js';

const UNBOUNDED: Limits = { states: 1_000_000, depth: 1000, seconds: 1000 };
const still = { clock: () => 0 };

/** Two counters that go up to `size`, one step at a time. */
function counters(size: number, wrong: (state: Vector) => boolean = () => false): Model {
  return {
    name: 'counters',
    about: '',
    initial: () => [0, 0],
    successors: ([a = 0, b = 0], emit) => {
      if (a < size) emit([a + 1, b], 0, a + 1);
      if (b < size) emit([a, b + 1], 1, b + 1);
    },
    violation: (state) => (wrong(state) ? 'too far' : null),
    label: (_, what, detail) => `${what === 0 ? 'a' : 'b'} becomes ${detail}`,
    describe: (state) => [state.join(' ')],
  };
}

describe('explore', () => {
  it('counts every state of an exhausted space once, and every transition', () => {
    const { ending, states, transitions, depth, frontier } = explore(
      counters(99),
      UNBOUNDED,
      still,
    );
    expect({ ending, states, transitions, depth, frontier }).toEqual({
      ending: 'exhausted',
      states: 10_000,
      transitions: 2 * 99 * 100,
      depth: 199,
      frontier: 0,
    });
  });

  it('counts states that may be exchanged for one another as one', () => {
    const model = {
      ...counters(99),
      canonical: (state: Vector) => [...state].sort((a, b) => a - b),
    };
    expect(explore(model, UNBOUNDED, still).states).toBe((100 * 101) / 2);
  });

  it('finds a shortest counterexample, and tells it step by step', () => {
    const { counterexample } = explore(
      counters(9, ([a = 0, b = 0]) => a >= 1 && b >= 2),
      UNBOUNDED,
      still,
    );
    expect(counterexample && printCounterexample('counters', counterexample)).toBe(
      [
        'counters: too far',
        '   1. a becomes 1',
        '   2. b becomes 1',
        '   3. b becomes 2',
        '      then:',
        '      1 2',
      ].join('\n'),
    );
  });

  it('reports a step that breaks an invariant though its end looks sound', () => {
    const model: Model = {
      ...counters(3),
      successors: ([a = 0, b = 0], emit) => {
        emit([a + 1, b], 0, a + 1, a === 4 ? 'a jumped' : undefined);
      },
    };
    const { ending, counterexample } = explore(model, UNBOUNDED, still);
    expect(ending).toBe('violation');
    expect(counterexample?.steps).toHaveLength(5);
  });

  it.each([
    ['states', { ...UNBOUNDED, states: 50 }],
    ['depth', { ...UNBOUNDED, depth: 7 }],
  ] as const)('says that %s cut it off', (ending, limits) => {
    expect(explore(counters(99), limits, still).ending).toBe(ending);
  });

  it('says that time cut it off', () => {
    let now = 0;
    const clock = (): number => now++;
    expect(explore(counters(300), { ...UNBOUNDED, seconds: 3 }, { clock }).ending).toBe('time');
  });
});
