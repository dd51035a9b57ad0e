import type { Model } from './model.js';
import { play } from './script.js';

const [UP, DOWN] = [0, 1];

/** A counter between 0 and 3. */
const counter: Model = {
  name: 'counter',
  about: '',
  initial: () => [0],
  successors: ([at = 0], emit) => {
    if (at < 3) emit([at + 1], UP, at);
    if (at > 0) emit([at - 1], DOWN, at);
  },
  violation: () => null,
  label: ([at], what) => `${what === UP ? 'up' : 'down'} from ${at ?? 0}`,
  describe: ([at]) => [String(at)],
};

describe('a script that plays a beginning', () => {
  it('takes the steps that it names, and settles by the calm ones until there is none', () => {
    expect(play(counter, [0], ['up', 'up from 1', 'down'], [UP])).toEqual([1]);
    expect(play(counter, [0], ['up', 'settle'], [UP])).toEqual([3]);
    expect(play(counter, [3], ['lose all', 'up'], [UP], [DOWN])).toEqual([1]);
  });

  it('stops loudly at a step that is not possible: a preset never begins elsewhere than it says', () => {
    expect(() => play(counter, [0], ['down'], [UP])).toThrow('no step is "down"');
  });
});
