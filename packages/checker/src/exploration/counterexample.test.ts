import { replay } from './counterexample.js';
import { Frontier } from './frontier.js';
import { Interner } from './interner.js';
import type { Model } from './model.js';

describe('replay', () => {
  it('stops loudly when a model has other successors the second time', () => {
    let asked = 0;
    const fickle: Model = {
      name: 'fickle',
      about: '',
      initial: () => [0],
      successors: (_, emit) => {
        if (asked++ === 0) emit([1], 0, 0);
      },
      violation: () => null,
      label: () => 'a step',
      describe: () => [],
    };
    expect(() => replay(fickle, [0, 0], 'wrong')).toThrow('the model is not deterministic');
  });
});

describe('Frontier', () => {
  it('gives back every state as it was put, in order, across growth and after it was cleared', () => {
    const frontier = new Frontier();
    for (const round of [1, 2]) {
      const vectors = Array.from({ length: 20_000 }, (_, at) =>
        new Array<number>(at % 9).fill(at * round),
      );
      for (const [number, vector] of vectors.entries()) frontier.push(number, vector);
      expect(frontier.size).toBe(20_000);
      for (const [number, vector] of vectors.entries()) {
        expect(frontier.shift()).toEqual({ number, vector });
      }
      expect(frontier.shift()).toBeNull();
      frontier.clear();
    }
  });
});

describe('Interner', () => {
  it('numbers each text once, from 1 on, and refuses a number that it never gave', () => {
    const interner = new Interner<string>();
    expect(['a', 'b', 'a'].map((text) => interner.intern(text, `value of ${text}`))).toEqual([
      1, 2, 1,
    ]);
    expect(interner.get(2)).toBe('value of b');
    expect(() => interner.get(0)).toThrow('nothing is interned as 0');
  });
});
