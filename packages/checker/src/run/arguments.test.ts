import { parseArguments } from './arguments.js';

describe('the command line of check:model', () => {
  it('without words takes all models to their share of the quick run, in two processes', () => {
    expect(parseArguments([])).toEqual({
      models: [],
      leftOut: null,
      list: false,
      full: false,
      states: null,
      depth: null,
      seconds: null,
      jobs: 2,
    });
  });

  it('takes several models, one rule to leave out, and bounds', () => {
    const words = '--model a --model b --break r --states 7 --depth 8 --seconds 9 --jobs 1 --full';
    expect(parseArguments(words.split(' '))).toMatchObject({
      models: ['a', 'b'],
      leftOut: 'r',
      full: true,
      states: 7,
      depth: 8,
      seconds: 9,
      jobs: 1,
    });
  });

  it.each([
    ['a word that it does not know', ['--modell', 'a'], 'cannot make sense of "--modell"'],
    ['an option without its value', ['--model'], 'cannot make sense of "--model"'],
    ['a bound that bounds to nothing', ['--states', '0'], 'a bound must be above 0'],
    ['a bound that is no number', ['--seconds', 'long'], 'a bound must be above 0'],
  ])('says what is wrong with %s', (_, words, why) => {
    expect(parseArguments(words)).toBe(why);
  });
});
