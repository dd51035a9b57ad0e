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
import { playJoining, playLeader, playNode } from '../testing/played-node.js';
import type { Founding } from '../cluster/initial.js';
import type { ClusterState } from '../cluster/state.js';
import {
  askingAnswer,
  foundingAnswerOf,
  foundingDecision,
  type FoundingAnswer,
} from './founding.js';

/** What n1, n2 and n3 are configured with alike. */
const list = basisOf(founded());
const empty = askingAnswer(list);
const formed: FoundingAnswer = { formed: true, life: lifeOf(0), retired: null, basis: list };

function basisOf({ name, members, settings, grantMs }: ClusterState): Founding {
  return { name, members, settings, grantMs };
}

/** The same list with n4 in it. */
const longer = basisOf(founded(4));
const n4 = nodeIdOf('n4');

function decide(
  answers: Readonly<Record<string, FoundingAnswer>>,
  given: Partial<Parameters<typeof foundingDecision>[0]> = {},
) {
  return foundingDecision({
    me: n1,
    founding: list,
    answers,
    joined: false,
    wall: 1000,
    ...given,
  });
}

describe('a node with an empty Raft directory', () => {
  it('founds only when every other member answered that it holds nothing', () => {
    const decision = decide({ [n2]: empty, [n3]: empty });
    expect(decision).toEqual({ kind: 'start', entry: { kind: 'found' } });
  });

  it('waits for one that is silent: there may be a cluster in which it has voted (R8)', () => {
    expect(decide({ [n2]: empty })).toMatchObject({ kind: 'wait', for: [n3] });
    expect(decide({})).toMatchObject({ kind: 'wait', for: [n2, n3] });
  });

  it('joins as soon as one holds a cluster that lists it, whatever the others say', () => {
    expect(decide({ [n2]: empty, [n3]: formed })).toMatchObject({
      kind: 'start',
      entry: { kind: 'join' },
    });
    expect(decide({ [n3]: formed })).toMatchObject({ entry: { kind: 'join' } });
  });

  it('never takes a life that anybody knows of it, not even when its clock went back', () => {
    const lifeWith = (wall: number) =>
      decide({ [n2]: { ...formed, life: lifeOf(5000) } }, { wall });
    expect(lifeWith(9000.7)).toMatchObject({ entry: { life: 9000 } });
    expect(lifeWith(5000)).toMatchObject({ entry: { life: 5001 } });
    expect(lifeWith(10)).toMatchObject({ entry: { life: 5001 } });
  });

  it('learns that it was removed from whoever remembers, and does not begin at all', () => {
    const retired = { ...formed, retired: logIndexOf(44) };
    expect(decide({ [n2]: empty, [n3]: retired })).toEqual({ kind: 'retired', index: 44 });
  });

  it('decides alone when it is alone', () => {
    expect(decide({}, { founding: basisOf(founded(1)) })).toMatchObject({
      entry: { kind: 'found' },
    });
  });
});

describe('members that are configured with unequal lists', () => {
  it('found nothing, and say in what they differ and what to do', () => {
    const decision = decide({ [n2]: empty, [n3]: askingAnswer(longer) });
    expect(decision).toMatchObject({ kind: 'refused', code: 'unequal-lists' });
    expect(decision).toMatchObject({
      reason:
        'this node would found another cluster than n3 ' +
        '(n4: not a member here, data at 10.0.0.4:7400, database 10.0.0.4:5432 there)',
      remedy: expect.stringContaining('mhactl member add') as string,
    });
  });

  it('say so at once, though others are silent: nothing that those say could mend it', () => {
    const decision = decide({ [n3]: askingAnswer(longer) });
    expect(decision).toMatchObject({
      kind: 'refused',
      reason: expect.stringMatching(/; n2 silent$/) as string,
    });
  });

  it('go on as soon as the lists are equal', () => {
    const refused = decide({ [n2]: askingAnswer(longer) }, { founding: longer });
    expect(refused).toMatchObject({ kind: 'wait', for: [n3, n4] });
  });

  it('join a cluster that is formed all the same: then its list counts, not theirs', () => {
    const answers = { [n2]: askingAnswer(longer), [n3]: formed };
    expect(decide(answers)).toMatchObject({ entry: { kind: 'join' } });
  });
});

describe('a node that a formed cluster does not list', () => {
  const installed = { me: n4, founding: longer };

  it('waits to be added, and says with which command', () => {
    const decision = decide({ [n1]: formed, [n2]: formed }, installed);
    expect(decision).toMatchObject({ kind: 'refused', code: 'not-a-member' });
    expect(decision).toMatchObject({
      reason: 'cluster test is formed, and n4 is not on its list of members (n1, n2 say so)',
      remedy: expect.stringContaining(
        'mhactl member add n4 --role data --address 10.0.0.4:7400 --database 10.0.0.4:5432',
      ) as string,
    });
  });

  it('says so too when it is an arbiter, which has no database', () => {
    const arbiter = { me: n4, founding: basisOf(founded(3, 1)) };
    const decision = decide({ [n1]: formed }, arbiter);
    expect(decision).toMatchObject({
      remedy: expect.stringContaining('add n4 --role arbiter --address 10.0.0.4:7400;') as string,
    });
  });

  it('joins once one of them lists it, though another does not know yet', () => {
    const answers = { [n1]: formed, [n2]: { ...formed, basis: longer } };
    expect(decide(answers, installed)).toMatchObject({ entry: { kind: 'join' } });
  });

  it('takes no part under another role than the list gives it', () => {
    const answers = { [n1]: { ...formed, basis: basisOf(founded(3, 1)) } };
    const decision = decide(answers, installed);
    expect(decision).toMatchObject({ kind: 'refused', code: 'other-role' });
    expect(decision).toMatchObject({
      reason: 'n4 is configured as data, and arbiter on the list of cluster test (n1 says so)',
      remedy: expect.stringContaining('run the arbiter on this host') as string,
    });
  });
});

describe('a node that hears of a cluster only from one that joins it itself', () => {
  const joining = askingAnswer(null);

  it('waits for one that has the list', () => {
    expect(decide({ [n2]: joining })).toMatchObject({ kind: 'wait', for: [n2, n3] });
    expect(decide({ [n2]: joining, [n3]: formed })).toMatchObject({ entry: { kind: 'join' } });
  });

  it('founds nothing any more, nor does one that joined before', () => {
    expect(decide({ [n2]: joining, [n3]: empty })).toMatchObject({ kind: 'wait', for: [n2, n3] });
    const before = decide({ [n2]: empty, [n3]: empty }, { joined: true });
    expect(before).toMatchObject({ kind: 'wait', for: [n2, n3] });
  });
});

describe('the answer to it', () => {
  const answer = (asker: NodeId, node = playNode(n1, founded(), null).node) =>
    foundingAnswerOf(node, asker);

  it('of a member that holds no more than a first start does: nothing is formed', () => {
    expect(answer(n2)).toEqual(askingAnswer(list));
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

  it('of one that joined, and has received nothing: there is a cluster, its list is not known', () => {
    expect(answer(n2, playJoining(n1).node)).toMatchObject({ formed: true, basis: null });
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
    expect(decide({ [n3]: { ...formed, life } }, { wall: 10 })).toMatchObject({
      entry: { life: 7001 },
    });
  });
});
