import { nodeIdOf, type NodeId } from '@mha4rdb/kernel';
import fc from 'fast-check';
import { jointValue, jointVote, type JointVoters } from './joint.js';
import { majorityValue, majorityVote } from './majority.js';

const ids = 'abcdefg'.split('').map(nodeIdOf);
const halves = fc.record({
  voters: fc.subarray(ids, { minLength: 1 }),
  votersOutgoing: fc.subarray(ids),
});
const numbers = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 7, maxLength: 7 });
const answers = fc.array(fc.constantFrom(true, false, undefined), { minLength: 7, maxLength: 7 });

function votesOf(given: readonly (boolean | undefined)[]): Record<string, boolean> {
  const known = ids.flatMap((id, at) =>
    given[at] === undefined ? [] : [[id, given[at]] as const],
  );
  return Object.fromEntries(known);
}

/** The definition, spelled out: is there a set of grants that is a majority of each half? */
function naiveVote(
  { voters, votersOutgoing }: JointVoters,
  votes: Record<string, boolean>,
): string {
  const enough = (half: readonly NodeId[], counts: (id: NodeId) => boolean): boolean =>
    half.length === 0 || half.filter(counts).length * 2 > half.length;
  const both = (counts: (id: NodeId) => boolean): boolean =>
    enough(voters, counts) && enough(votersOutgoing, counts);
  if (both((id) => votes[id] === true)) return 'won';
  return both((id) => votes[id] !== false) ? 'pending' : 'lost';
}

describe('a joint configuration (R47)', () => {
  it('has reached the greatest value that a majority of each half has reached', () => {
    fc.assert(
      fc.property(halves, numbers, (joint, values) => {
        const valueOf = (id: NodeId): number => values[ids.indexOf(id)] ?? 0;
        const reached = jointValue(joint, valueOf);
        const votes = (least: number): Record<string, boolean> =>
          votesOf(values.map((value) => value >= least));
        expect(naiveVote(joint, votes(reached))).toBe('won');
        expect(naiveVote(joint, votes(reached + 1))).toBe('lost');
      }),
    );
  });

  it('votes as its definition says', () => {
    fc.assert(
      fc.property(halves, answers, (joint, given) => {
        expect(jointVote(joint, votesOf(given))).toBe(naiveVote(joint, votesOf(given)));
      }),
    );
  });

  it('does not care which half is which', () => {
    fc.assert(
      fc.property(halves, numbers, answers, (joint, values, given) => {
        const turned = { voters: joint.votersOutgoing, votersOutgoing: joint.voters };
        const valueOf = (id: NodeId): number => values[ids.indexOf(id)] ?? 0;
        expect(jointValue(turned, valueOf)).toBe(jointValue(joint, valueOf));
        expect(jointVote(turned, votesOf(given))).toBe(jointVote(joint, votesOf(given)));
      }),
    );
  });

  it('decides like a plain one when it has one half, or the same twice', () => {
    fc.assert(
      fc.property(fc.subarray(ids, { minLength: 1 }), numbers, answers, (voters, values, given) => {
        const valueOf = (id: NodeId): number => values[ids.indexOf(id)] ?? 0;
        for (const votersOutgoing of [[], voters]) {
          const joint = { voters, votersOutgoing };
          expect(jointValue(joint, valueOf)).toBe(majorityValue(voters, valueOf));
          expect(jointVote(joint, votesOf(given))).toBe(majorityVote(voters, votesOf(given)));
        }
      }),
    );
  });
});
