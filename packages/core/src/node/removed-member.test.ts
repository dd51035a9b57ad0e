import { instantOf, lifeOf, logIndexOf, nodeIdOf, type DatabaseObservation } from '@mha4rdb/kernel';
import { applyAll, begin, founded, n1, n2, n3, running } from '../testing/cluster-fixture.js';
import { NOW, PRIMARY, SEALED, STOPPED } from '../testing/member-fixture.js';
import { playLeader, playNode, type Played } from '../testing/played-node.js';
import type { Command } from '../cluster/command.js';
import type { ClusterState } from '../cluster/state.js';
import type { PersistedRaft } from '../raft/index.js';
import { startNode } from './state.js';
import { statusOf } from './view/status.js';

const inService = running(founded());
const ATTACHED: DatabaseObservation = { ...SEALED, receiving: true };
const retired = {
  type: 'received',
  from: n3,
  message: { kind: 'retired', index: logIndexOf(44) },
} as const;

function hardState({ effects }: Played) {
  return effects.flatMap((one) =>
    one.type === 'persistRaft' ? [one.persist.hardState?.retired ?? null] : [],
  );
}

/** All that n2 writes is on its disk, up to the removal. */
function told(database: DatabaseObservation): { played: Played; written: (number | null)[] } {
  const played = playNode(n2, inService, null).see(database);
  const written: (number | null)[] = hardState(played);
  for (let round = 0; round < 5; round++) {
    const { inFlight } = played.node.raft.persistence;
    if (round === 1) played.step(retired);
    else if (inFlight !== null) played.step({ type: 'raftPersisted', ticket: inFlight.ticket });
    written.push(...hardState(played));
  }
  return { played, written };
}

describe('a member that was removed while it was away, and is told on its return', () => {
  it.each([
    ['a standby', ATTACHED, 'fast'],
    ['a primary', PRIMARY, 'immediate'],
  ])('stops its database, %s, and is fenced', (_, database, mode) => {
    const { played } = told(database);
    played.see(database);
    expect(played.node.member?.running?.action ?? null).toMatchObject({ kind: 'stop', mode });
    expect(played.fence).toBe('closed');
    expect(played.node.member?.trouble).toMatch('entry 44');
  });

  it('writes it to its disk, and knows it in its next life without being told again', () => {
    const { played, written } = told(STOPPED);
    expect(written).toContain(44);
    const { raft, options } = played.node;
    const { snapshot, term, votedFor } = raft;
    const persisted: PersistedRaft<Command, ClusterState> = {
      hardState: { term, votedFor, retired: logIndexOf(44) },
      snapshot,
      entries: raft.log.entries,
    };
    const disk = { raft: persisted, member: null };
    const again = startNode(options, disk, instantOf(NOW), 0);
    expect(again.state.raft.retired).toBe(44);
    expect(again.state.member?.retired).toBe(44);
  });

  it('neither campaigns nor reports nor answers, however long it is left', () => {
    const { played } = told(STOPPED);
    for (let count = 0; count < 20; count++) {
      played.now += 1000;
      played.step({ type: 'tick' });
      expect(played.effects.filter(({ type }) => type === 'send')).toEqual([]);
    }
    expect(played.node.raft.role).toBe('follower');
  });

  it('is not called back by an election, nor by an appointment of its past', () => {
    const { played } = told(STOPPED);
    played.reach(applyAll(inService, [begin(inService)]));
    played.see(STOPPED);
    expect(played.started).toBeUndefined();
    expect(played.fence).toBe('closed');
  });
});

describe('a coordinator that hears a member which was removed', () => {
  const gone = nodeIdOf('n9');
  const cluster = {
    ...inService,
    removed: [{ id: gone, address: 'x:1', index: logIndexOf(44) }],
  };
  const report = { node: gone, life: lifeOf(0), incarnation: 1, seq: 1 } as never;

  it('answers that it was removed, and keeps its report out of every decision', () => {
    const leader = playLeader(cluster);
    leader.step({ type: 'received', from: gone, message: { kind: 'report', report } });
    expect(leader.effects).toContainEqual(
      expect.objectContaining({ type: 'send', to: gone, message: { kind: 'retired', index: 44 } }),
    );
    expect(leader.node.reports[gone]).toBeUndefined();
  });

  it('does not say so while a configuration in force still counts on it', () => {
    const leader = playLeader(cluster);
    const { raft } = leader.node;
    const value = { ...raft.configuration.value, learners: [gone] };
    leader.node = {
      ...leader.node,
      raft: { ...raft, configuration: { ...raft.configuration, value } },
    };
    leader.step({ type: 'received', from: gone, message: { kind: 'report', report } });
    expect(leader.effects.filter((one) => one.type === 'send' && one.to === gone)).toEqual([]);
  });

  it('does not say so while the configuration without it may still be lost', () => {
    const leader = playLeader(cluster);
    const { raft } = leader.node;
    const configuration = { ...raft.configuration, index: logIndexOf(raft.commit + 1) };
    leader.node = { ...leader.node, raft: { ...raft, configuration } };
    leader.step({ type: 'received', from: gone, message: { kind: 'report', report } });
    expect(leader.effects.filter((one) => one.type === 'send' && one.to === gone)).toEqual([]);
  });
});

describe('a member under a life that is not admitted', () => {
  const admitted = applyAll(inService, [
    { type: 'ReadmitMember', member: n2, life: lifeOf(5), at: 0 },
  ]);

  it.each([
    ['in service', admitted],
    ['electing', applyAll(admitted, [begin(admitted)])],
  ])('starts, seals and attaches nothing (%s)', (_, cluster) => {
    // Its own life is the founders', the list knows a later one: as if the list were of the future.
    const played = playNode(n2, cluster, null).see(STOPPED);
    expect(played.started).toBeUndefined();
    expect(played.node.member?.sealed).toBeNull();
    expect(played.node.member?.trouble).toMatch('until the cluster admits');
  });

  it('is shown with its place among the voters', () => {
    const leader = playLeader(running(founded(1), n1, { standbys: [], acks: 0 }));
    const { members } = statusOf(leader.node, instantOf(leader.now), 0);
    expect(members.map(({ id, voting, standing }) => [id, voting, standing])).toEqual([
      [n1, 'voter', null],
    ]);
  });
});
