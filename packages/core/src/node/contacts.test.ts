import { instantOf, LIMITS, lifeOf, logIndexOf, nodeIdOf } from '@mha4rdb/kernel';
import type { ClusterState } from '../cluster/state.js';
import { founded, n1, n2, n3, running } from '../testing/cluster-fixture.js';
import { report } from '../testing/coordinator-fixture.js';
import { NOW, PRIMARY } from '../testing/member-fixture.js';
import { playJoining, playLeader, playNode, type Played } from '../testing/played-node.js';
import { TIMING_PRESETS } from '../lease/timing.js';
import { hears, peersOf } from './contacts.js';
import { startNode } from './state.js';

const n4 = nodeIdOf('n4');
const n5 = nodeIdOf('n5');
const contact = (id: typeof n1) => ({ id, address: `${id}:7400` });
const list = (revision: number, ...ids: readonly (typeof n1)[]) => ({
  kind: 'members' as const,
  revision: logIndexOf(revision),
  members: ids.map(contact),
});

/** n4 was added: its host knows of n1 and n2 only. */
const installed: ClusterState = {
  ...founded(2),
  members: [...founded(2).members, ...founded(4).members.slice(3)],
};
/** What n1 has: n4 is wanted, and not heard of; n5 came after n4 was installed. */
const present: ClusterState = {
  ...running(founded()),
  members: founded(5).members.map((one) => (one.id === n4 ? { ...one, life: null } : one)),
};

function reportsOf(played: Played): readonly string[] {
  played.now += TIMING_PRESETS.balanced.heartbeat;
  played.step({ type: 'tick' });
  return played.effects.flatMap((one) =>
    one.type === 'send' && one.message.kind === 'report' ? [one.to] : [],
  );
}

describe('a node that joins, and knows of members that its own configuration does not name', () => {
  const hear = (played: Played, message: ReturnType<typeof list>) =>
    played.step({ type: 'received', from: n1, message });

  it('reports to them: the coordinator that has to admit it may be one of them', () => {
    const joining = playJoining(n4, installed);
    expect(reportsOf(joining)).toEqual([n1, n2]);
    hear(joining, list(9, n1, n3, n5));
    expect(joining.effects).toContainEqual({ type: 'changed' });
    expect(reportsOf(joining)).toEqual([n1, n2, n3, n5]);
    hear(joining, list(10, n1, n3, n5));
    expect(joining.effects).not.toContainEqual({ type: 'changed' });
  });

  it('keeps the newest list that it was told, whoever tells an older one', () => {
    const joining = hear(playJoining(n4, installed), list(9, n1, n5));
    hear(joining, list(8, n1, n3));
    expect(reportsOf(joining)).toEqual([n1, n2, n5]);
    hear(joining, list(10, n3));
    expect(reportsOf(joining)).toEqual([n1, n2, n3]);
  });

  it('keeps no more than a cluster can have', () => {
    const many = Array.from({ length: 99 }, (_, place) => nodeIdOf(`m${place}`));
    const joining = hear(playJoining(n4, installed), list(9, ...many));
    expect(joining.node.contacts.members).toHaveLength(LIMITS.members);
  });

  it('knows from its start whom the others named when it asked them', () => {
    const joining = playJoining(n4, installed, [contact(n5)]);
    expect(reportsOf(joining)).toEqual([n1, n2, n5]);
  });

  it('takes no list that is no newer than its own', () => {
    const member = playNode(n1, present, null);
    hear(member, list(present.revision, nodeIdOf('n9')));
    expect(reportsOf(member)).toEqual([n2, n3, n4, n5]);
  });
});

/**
 * Goal: a member that comes back knows whom its last snapshot names. Who coordinates now may have been
 * added since; neither hears the other before somebody else has told it.
 */
describe('a member that was away while others came', () => {
  const ids = (state: ClusterState) => state.members.map(({ id }) => id);
  const before = running(founded());
  const toldBy = (played: Played) =>
    played.effects.flatMap((one) =>
      one.type === 'send' && one.message.kind === 'members' ? [{ ...one.message, to: one.to }] : [],
    );

  it('is told the list by whom it knows, for as long as it goes by another', () => {
    const member = playNode(n2, { ...present, members: founded(5).members }, null);
    const hears = (peers: readonly (typeof n1)[], seq: number) =>
      member.step({
        type: 'received',
        from: n1,
        message: { kind: 'report', report: report(n1, { peers, seq }) },
      });
    expect(toldBy(hears(ids(before), 2))).toMatchObject([{ to: n1, revision: present.revision }]);
    expect(toldBy(hears([n5, n4, n3, n2, n1], 3))).toEqual([]);
  });

  it('hears and reports to them too, until its own list is as new', () => {
    const returned = playNode(n1, before, null);
    expect(reportsOf(returned)).toEqual([n2, n3]);
    const told = list(before.revision + 5, n1, n2, n5);
    returned.step({ type: 'received', from: n2, message: told });
    expect(peersOf(returned.node).map(({ id }) => id)).toEqual([n1, n2, n3, n5]);
    expect(reportsOf(returned)).toEqual([n2, n3, n5]);
    returned.reach({ ...before, members: founded(2).members, revision: told.revision });
    expect(peersOf(returned.node)).toBe(returned.node.cluster.members);
  });

  it('hears whom its own log adds: restarted, it may know nobody else who votes', () => {
    const first = founded(1);
    const alone = playLeader(running(first, n1, { standbys: [], acks: 0 }));
    const member = { id: n5, role: 'arbiter', address: 'n5:7400', priority: 0 } as const;
    alone.step({ type: 'operator', request: { kind: 'addMember', id: 'op', member } });
    const { raft } = alone.node;
    const disk = {
      raft: {
        hardState: { term: raft.term, votedFor: raft.votedFor },
        snapshot: raft.snapshot,
        entries: raft.log.entries,
      },
      member: null,
    };
    const { state } = startNode(alone.node.options, disk, instantOf(NOW), 0);
    expect(ids(state.cluster)).toEqual([n1]);
    expect(hears(state, n5)).toBe(true);
    expect(peersOf(state)).toContainEqual({ id: n5, address: 'n5:7400' });
    expect(hears(state, nodeIdOf('n9'))).toBe(false);
  });

  it('says in its report by which list it goes', () => {
    expect(playNode(n1, before, null).see(PRIMARY).report?.peers).toEqual(ids(before));
  });
});

describe('a member that hears a report', () => {
  const answersTo = (life: number) => {
    const played = playNode(n1, present, null);
    const told = report(n4, { life: lifeOf(life) });
    played.step({ type: 'received', from: n4, message: { kind: 'report', report: told } });
    return played.effects.flatMap((one) =>
      one.type === 'send' && one.message.kind === 'members' ? [{ ...one.message, to: one.to }] : [],
    );
  };

  it('tells the list to one whose life it does not know yet', () => {
    expect(answersTo(7)).toEqual([
      {
        kind: 'members',
        to: n4,
        revision: present.revision,
        members: present.members.map(({ id, address }) => ({ id, address })),
      },
    ]);
  });

  it('tells nothing to one that is admitted', () => {
    const { members } = present;
    const admitted = members.map((one) => (one.id === n4 ? { ...one, life: lifeOf(7) } : one));
    const played = playNode(n1, { ...present, members: admitted }, null);
    const told = report(n4, { life: lifeOf(7) });
    played.step({ type: 'received', from: n4, message: { kind: 'report', report: told } });
    const answers = played.effects.flatMap((one) =>
      one.type === 'send' && one.to === n4 ? [one.message.kind] : [],
    );
    expect(answers).toEqual(['report']);
  });

  it('tells nothing to one that is no member, nor while it has no list itself', () => {
    const stranger = report(nodeIdOf('n9'), { life: lifeOf(7) });
    for (const played of [playNode(n1, present, null), playJoining(n4, installed)]) {
      played.step({ type: 'received', from: n4, message: { kind: 'report', report: stranger } });
      expect(
        played.effects.filter((one) => one.type === 'send' && one.message.kind === 'members'),
      ).toEqual([]);
    }
  });
});
