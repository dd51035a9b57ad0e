import { nodeIdOf, type NodeId } from '@mha4rdb/kernel';
import { jointValue, jointVote, type JointVoters } from './joint.js';

/**
 * A second way to decide, without counting or sorting: every set of voters is tried, and the ones that
 * are enough are listed.
 */
const ids = 'abcd'.split('').map(nodeIdOf);

function subsetsOf<Item>(items: readonly Item[]): Item[][] {
  return items.reduce<Item[][]>(
    (sets, item) => sets.concat(sets.map((set) => [...set, item])),
    [[]],
  );
}

/** More of the half inside than outside, for each half that is there. */
function isEnough(set: readonly NodeId[], { voters, votersOutgoing }: JointVoters): boolean {
  return [voters, votersOutgoing].every(
    (half) =>
      half.length === 0 ||
      half.filter((id) => set.includes(id)).length > half.filter((id) => !set.includes(id)).length,
  );
}

const quorumsOf = (joint: JointVoters): NodeId[][] =>
  subsetsOf(ids).filter((set) => isEnough(set, joint));

const configurations = subsetsOf(ids)
  .filter((voters) => voters.length > 0)
  .flatMap((voters) => subsetsOf(ids).map((votersOutgoing) => ({ voters, votersOutgoing })));

test('a value is reached as far as the best quorum has reached it, in every configuration of four', () => {
  for (const joint of configurations) {
    const quorums = quorumsOf(joint);
    for (let code = 0; code < 3 ** ids.length; code++) {
      const valueOf = (id: NodeId): number => Math.floor(code / 3 ** ids.indexOf(id)) % 3;
      const naive = Math.max(...quorums.map((set) => Math.min(...set.map(valueOf))));
      if (jointValue(joint, valueOf) !== naive) expect({ joint, code, naive }).toBeNull();
    }
  }
});

test('a vote is won by a quorum of grants and lost when no quorum is left, in every configuration of four', () => {
  for (const joint of configurations) {
    const quorums = quorumsOf(joint);
    for (let code = 0; code < 3 ** ids.length; code++) {
      const answerOf = (id: NodeId): number => Math.floor(code / 3 ** ids.indexOf(id)) % 3;
      const votes = Object.fromEntries(
        ids.flatMap((id) => (answerOf(id) === 0 ? [] : [[id, answerOf(id) === 1] as const])),
      );
      const won = quorums.some((set) => set.every((id) => answerOf(id) === 1));
      const lost = !quorums.some((set) => set.every((id) => answerOf(id) !== 2));
      const naive = won ? 'won' : lost ? 'lost' : 'pending';
      if (jointVote(joint, votes) !== naive) expect({ joint, votes, naive }).toBeNull();
    }
  }
});

test('quorums before, in and after a joint change all meet, whatever the change (R47)', () => {
  const plain = subsetsOf(ids).filter((voters) => voters.length > 0);
  for (const before of plain) {
    for (const after of plain) {
      const old = { voters: before, votersOutgoing: [] };
      const joint = { voters: after, votersOutgoing: before };
      const next = { voters: after, votersOutgoing: [] };
      for (const [one, other] of [
        [old, joint],
        [joint, joint],
        [joint, next],
      ] as const) {
        const apart = quorumsOf(one).find((set) =>
          quorumsOf(other).some((more) => !more.some((id) => set.includes(id))),
        );
        if (apart !== undefined) expect({ before, after, apart }).toBeNull();
      }
    }
  }
});
