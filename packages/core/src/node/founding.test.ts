import {
  incarnationOf,
  lifeOf,
  logIndexOf,
  nodeIdOf,
  voterIdOf,
  type NodeId,
} from '@mha4rdb/kernel';
import { founded, n1, n2, n3, running } from '../testing/cluster-fixture.js';
import { received, report } from '../testing/coordinator-fixture.js';
import { playLeader, playNode } from '../testing/played-node.js';
import { foundingAnswerOf, foundingDecision, UNFORMED, type FoundingAnswer } from './founding.js';

const formed: FoundingAnswer = { formed: true, life: lifeOf(0), retired: null };

function decide(answers: Readonly<Record<string, FoundingAnswer>>, wall = 1000) {
  return foundingDecision({ others: [n2, n3], answers, wall });
}

describe('a node with an empty Raft directory', () => {
  it('founds only when every other member answered that it holds nothing', () => {
    const decision = decide({ [n2]: UNFORMED, [n3]: UNFORMED });
    expect(decision).toEqual({ kind: 'start', entry: { kind: 'found' } });
  });

  it('waits for one that is silent: there may be a cluster in which it has voted (R8)', () => {
    expect(decide({ [n2]: UNFORMED })).toMatchObject({ kind: 'wait', for: [n3] });
    expect(decide({})).toMatchObject({ kind: 'wait', for: [n2, n3] });
  });

  it('joins as soon as one holds a cluster, whatever the others say', () => {
    expect(decide({ [n2]: UNFORMED, [n3]: formed })).toMatchObject({
      kind: 'start',
      entry: { kind: 'join' },
    });
    expect(decide({ [n3]: formed })).toMatchObject({ entry: { kind: 'join' } });
  });

  it('never takes a life that anybody knows of it, not even when its clock went back', () => {
    const lifeWith = (wall: number) => decide({ [n2]: { ...formed, life: lifeOf(5000) } }, wall);
    expect(lifeWith(9000.7)).toMatchObject({ entry: { life: 9000 } });
    expect(lifeWith(5000)).toMatchObject({ entry: { life: 5001 } });
    expect(lifeWith(10)).toMatchObject({ entry: { life: 5001 } });
  });

  it('learns that it was removed from whoever remembers, and does not begin at all', () => {
    const retired = { ...formed, retired: logIndexOf(44) };
    expect(decide({ [n2]: UNFORMED, [n3]: retired })).toEqual({ kind: 'retired', index: 44 });
  });

  it('decides alone when it is alone', () => {
    expect(foundingDecision({ others: [], answers: {}, wall: 1 })).toMatchObject({
      entry: { kind: 'found' },
    });
  });
});

describe('the answer to it', () => {
  const answer = (asker: NodeId, node = playNode(n1, founded(), null).node) =>
    foundingAnswerOf(node, asker);

  it('of a member that holds no more than a first start does: nothing is formed', () => {
    expect(answer(n2)).toEqual(UNFORMED);
  });

  it.each([
    ['a vote', { votedFor: n2 }],
    ['a later term', { term: 2 }],
  ])('of a member with %s: formed, since the vote of the asker may be in it', (_, held) => {
    const { node } = playNode(n1, founded(), null);
    const raft = { ...node.raft, snapshot: node.raft.snapshot, ...held } as typeof node.raft;
    expect(answer(n2, { ...node, raft }).formed).toBe(true);
  });

  it('of whoever led, or was led', () => {
    expect(answer(n2, playLeader(running(founded())).node).formed).toBe(true);
  });

  it('names the latest life that list or configuration know, and the removal', () => {
    const { node } = playNode(n1, founded(), null);
    const members = node.cluster.members.map((one) =>
      one.id === n2 ? { ...one, life: lifeOf(6) } : one,
    );
    const gone = nodeIdOf('n9');
    const cluster = {
      ...node.cluster,
      members,
      removed: [{ id: gone, address: 'x:1', index: logIndexOf(12) }],
    };
    expect(answer(n2, { ...node, cluster }).life).toBe(6);
    expect(answer(gone, { ...node, cluster }).retired).toBe(12);
    const configuration = {
      index: logIndexOf(1),
      value: { voters: [n1, voterIdOf(n2, lifeOf(8))], votersOutgoing: [], learners: [] },
    };
    const raft = { ...node.raft, configuration };
    expect(answer(n2, { ...node, cluster, raft }).life).toBe(8);
  });

  it('names a life that it only heard reports of: under an earlier one nobody would hear it', () => {
    const { node } = playNode(n1, founded(), null);
    const reports = received([report(n2, { incarnation: incarnationOf(7000) })], 0);
    const { life } = answer(n2, { ...node, reports });
    expect(life).toBe(7000);
    expect(decide({ [n3]: { ...formed, life } }, 10)).toMatchObject({ entry: { life: 7001 } });
  });
});
