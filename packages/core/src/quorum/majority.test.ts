import { nodeIdOf, type NodeId } from '@mha4rdb/kernel';
import fc from 'fast-check';
import { majoritySize, majorityValue, majorityVote } from './majority.js';

const ids = 'abcdefg'.split('').map(nodeIdOf);

/** Written another way on purpose: tries every value that occurs, and counts. */
function naiveValue(voters: readonly NodeId[], valueOf: (voter: NodeId) => number): number {
  const reached = (value: number): number => voters.filter((id) => valueOf(id) >= value).length;
  return Math.max(...voters.map(valueOf).filter((value) => reached(value) * 2 > voters.length));
}

describe('a majority', () => {
  it.each([
    [1, 1],
    [2, 2],
    [3, 2],
    [4, 3],
    [5, 3],
  ])('of %i voters is %i', (count, size) => {
    expect(majoritySize(count)).toBe(size);
  });

  it('has reached what a naive count says', () => {
    const values = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(values, (numbers) => {
        const voters = ids.slice(0, numbers.length);
        const valueOf = (id: NodeId): number => numbers[ids.indexOf(id)] ?? 0;
        expect(majorityValue(voters, valueOf)).toBe(naiveValue(voters, valueOf));
      }),
    );
  });

  it('of nobody asks for nothing', () => {
    expect(majorityValue([], () => 0)).toBe(Infinity);
    expect(majorityVote([], {})).toBe('won');
  });
});

describe('a vote', () => {
  it.each([
    [1, {}, 'pending'],
    [1, { a: true }, 'won'],
    [1, { a: false }, 'lost'],
    [2, { a: true }, 'pending'],
    [2, { a: false }, 'lost'],
    [3, { a: true, b: true }, 'won'],
    [3, { a: true, b: false }, 'pending'],
    [3, { a: false, b: false }, 'lost'],
    [4, { a: true, b: true }, 'pending'],
    [4, { a: false, b: false }, 'lost'],
    [5, { a: true, b: true, c: true }, 'won'],
    [5, { a: false, b: false, c: true, d: true }, 'pending'],
    // R17: who does not vote is not counted.
    [3, { a: true, x: true, y: true }, 'pending'],
    [3, { a: true, x: false, y: false }, 'pending'],
  ] as const)('of %i voters with %j is %s', (count, votes, result) => {
    expect(majorityVote(ids.slice(0, count), votes)).toBe(result);
  });
});
