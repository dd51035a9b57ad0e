import { lifeOf, logIndexOf, nodeIdOf, seededRandom, termOf, voterIdOf } from '@mha4rdb/kernel';
import type { NodeId } from '@mha4rdb/kernel';
import { applyCommand } from '../cluster/apply.js';
import type { Command } from '../cluster/command.js';
import { memberOf, type ClusterState } from '../cluster/state.js';
import type { MemberReport } from '../member/report.js';
import { configurationOf, type Configuration } from '../raft/membership/configuration.js';
import { applyAll, begin, founded, n1, n2, n3, running } from '../testing/cluster-fixture.js';
import { report, situation, STANDBY } from '../testing/coordinator-fixture.js';
import { decideMembership, type MembershipStep, type RaftView } from './membership.js';

const n4 = nodeIdOf('n4');
const NOW = 50_000;
const inService = running(founded());
const three = configurationOf([n1, n2, n3]);
const streams = { database: { ...STANDBY, receiving: true } } as const;

const retire = (member: NodeId): Command => ({
  type: 'RetireMember',
  operation: 'r',
  member,
  at: 0,
});
const add: Command = {
  type: 'AddMember',
  operation: 'a',
  member: { id: n4, role: 'data', address: 'x:1', database: 'x:2', priority: 0 },
  at: 0,
};
const admit = (member: NodeId, life: number): Command => ({
  type: 'ReadmitMember',
  member,
  life: lifeOf(life),
  at: 0,
});

function view(configuration: Configuration, change: Partial<RaftView> = {}): RaftView {
  return {
    me: n1,
    configuration,
    committed: true,
    answers: () => true,
    isCaughtUp: () => true,
    ...change,
  };
}

function decide(
  state: ClusterState,
  raft: RaftView,
  reports: readonly MemberReport[] = [n1, n2, n3].map((id) => report(id, streams)),
  transferAt: number | null = null,
): MembershipStep {
  const given = situation({ state, now: NOW, reports });
  return decideMembership(
    { ...given, view: { ...given.view, transferAt: transferAt as never } },
    raft,
  );
}

const joining = applyAll(inService, [add, admit(n4, 7)]);
const v4 = voterIdOf(n4, lifeOf(7));
const leaving = applyAll(inService, [retire(n3)]);
const back = applyAll(inService, [admit(n3, 5)]);
const v3 = voterIdOf(n3, lifeOf(5));

describe('the coordinator, with the list in one hand and the configuration in the other', () => {
  it('does nothing when they agree', () => {
    expect(decide(inService, view(three))).toEqual({ kind: 'none', why: null });
  });

  it('admits who speaks under another life: newly added, or without its Raft directory (R8)', () => {
    const added = applyAll(inService, [add]);
    expect(decide(added, view(three))).toMatchObject({
      kind: 'none',
      why: 'n4 was added and has not been heard of',
    });
    const spoke = [report(n4, { life: lifeOf(7) })];
    expect(decide(added, view(three), spoke)).toMatchObject({ command: admitted(n4, 7) });
    const wiped = [report(n3, { life: lifeOf(5) })];
    expect(decide(inService, view(three), wiped)).toMatchObject({ command: admitted(n3, 5) });
  });

  it('admits one that is leaving too: an election may need what it has', () => {
    const electing = applyAll(leaving, [begin(leaving)]);
    const wiped = [report(n3, { life: lifeOf(5) })];
    expect(decide(electing, view(three), wiped)).toMatchObject({ command: admitted(n3, 5) });
  });

  it('exchanges the former identity for the new one, as a learner that does not vote yet (R50)', () => {
    expect(decide(back, view(three))).toMatchObject({
      kind: 'configure',
      voters: [n1, n2],
      learners: [v3],
    });
  });

  it('lets a learner vote once it has caught up, a new data member once its database streams too', () => {
    const learners = configurationOf([n1, n2, n3], [v4]);
    const ready = [n1, n2, n3].map((id) => report(id, streams));
    const copying = report(n4, { life: lifeOf(7), action: 'clone' });
    const streaming = report(n4, { life: lifeOf(7), ...streams });
    expect(decide(joining, view(learners), [...ready, copying]).kind).toBe('none');
    const standing = report(n4, { life: lifeOf(7) });
    expect(decide(joining, view(learners), [...ready, standing])).toMatchObject({
      kind: 'none',
      why: 'n4 does not stream from the primary yet',
    });
    expect(decide(joining, view(learners), [...ready, streaming])).toMatchObject({
      kind: 'configure',
      voters: [n1, n2, n3, v4],
    });
    const behind = view(learners, { isCaughtUp: (id) => id !== v4 });
    expect(decide(joining, behind, [...ready, streaming]).kind).toBe('none');
  });

  it('lets commits count on a new member only when it votes and streams', () => {
    const all = [n1, n2, n3, n4].map((id) =>
      report(id, { ...streams, life: lifeOf(id === n4 ? 7 : 0) }),
    );
    const voting = view(configurationOf([n1, n2, n3, v4]));
    expect(decide(joining, voting, all)).toMatchObject({
      command: { type: 'EstablishMember', member: n4 },
    });
    expect(decide(joining, voting, all.slice(0, 3)).kind).toBe('none');
  });

  it('keeps who leaves among the voters until no commit counts on it, and takes it out after', () => {
    expect(decide(leaving, view(three))).toMatchObject({ kind: 'none' });
    const uncounted = applyAll(leaving, [
      {
        type: 'SetDurability',
        epoch: leaving.epoch,
        incarnation: leaving.incarnation,
        ver: leaving.confirmed?.ver ?? 0,
        rule: { standbys: [n2], acks: 1 },
        reason: '',
        at: 0,
      },
    ]);
    const step = decide(uncounted, view(three));
    expect(step).toMatchObject({ command: { type: 'RemoveMember', member: n3 } });
    const removed = applyAll(uncounted, [{ type: 'RemoveMember', member: n3, at: 0 }]);
    expect(decide(removed, view(three))).toMatchObject({ kind: 'configure', voters: [n1, n2] });
  });

  it('never steps into a set of voters of which no majority answers', () => {
    const alone = view(three, { answers: (id) => id !== n2 });
    expect(decide(back, alone)).toMatchObject({
      kind: 'none',
      why: 'n3 enters as a learner, n3 leaves: waits for n2',
    });
    const learners = configurationOf([n1, n2, n3], [v4]);
    const ready = [n1, n2, n3, n4].map((id) =>
      report(id, { ...streams, life: lifeOf(id === n4 ? 7 : 0) }),
    );
    // Two of the four that would vote: as many as a majority of the three that do.
    const half = view(learners, { answers: (id) => id === v4 });
    expect(decide(joining, half, ready)).toMatchObject({
      kind: 'none',
      why: 'n4 would vote: waits for n2, n3',
    });
  });

  it('does one step at a time: none while the last is joint, or not committed (R45)', () => {
    const joint = { ...three, votersOutgoing: [n1, n2] };
    expect(decide(back, view(joint)).kind).toBe('none');
    expect(decide(back, view(three, { committed: false })).kind).toBe('none');
  });

  it('hands the leadership on before it leaves itself, and leaves all the same if nobody takes it', () => {
    const dual = running(founded(2, 1), n1, { standbys: [n2], acks: 1 });
    const gone = applyAll(dual, [retire(n3), { type: 'RemoveMember', member: n3, at: 0 }]);
    const me = view(three, { me: n3 });
    expect(decide(gone, me)).toMatchObject({ kind: 'transfer', to: n1 });
    expect(decide(gone, me, undefined, NOW - 1000).kind).toBe('none');
    expect(decide(gone, me, undefined, NOW - 6000)).toMatchObject({
      kind: 'configure',
      voters: [n1, n2],
    });
  });

  it('hands the leadership on, again and again, while its own leaving waits for somebody', () => {
    const dual = running(founded(2, 1), n1, { standbys: [n2], acks: 1 });
    const gone = applyAll(dual, [retire(n3), { type: 'RemoveMember', member: n3, at: 0 }]);
    const me = view(three, { me: n3, answers: (id) => id === n1, isCaughtUp: (id) => id === n1 });
    expect(decide(gone, me)).toMatchObject({ kind: 'transfer', to: n1 });
    expect(decide(gone, me, undefined, NOW - 1000).kind).toBe('none');
    expect(decide(gone, me, undefined, NOW - 6000)).toMatchObject({ kind: 'transfer', to: n1 });
    expect(decide(gone, { ...me, isCaughtUp: () => false })).toEqual({
      kind: 'none',
      why: 'n3 leaves: waits for n2',
    });
  });
});

function admitted(member: NodeId, life: number): object {
  return { type: 'ReadmitMember', member, life };
}

/**
 * Goal: nothing is remembered between two steps, so that a coordinator may crash between any two of
 * them. Each step of these runs is decided by another one; an append may be lost with its coordinator.
 */
it.each(Array.from({ length: 20 }, (_, seed) => seed))(
  'reaches the wanted members whoever coordinates which step, and whatever step is lost (seed %i)',
  (seed) => {
    const random = seededRandom(seed);
    let state = applyAll(inService, [add, retire(n3)]);
    let configuration: Configuration = three;
    let steps = 0;
    for (let count = 0; count < 200; count++) {
      // The primary's agent, meanwhile, takes who leaves out of its rule.
      if (random.chance(0.3) && state.confirmed?.rule.standbys.includes(n3) === true) {
        state = applyAll(state, [
          {
            type: 'SetDurability',
            epoch: state.epoch,
            incarnation: state.incarnation,
            ver: state.confirmed.ver,
            rule: { standbys: [n2], acks: 1 },
            reason: '',
            at: 0,
          },
        ]);
      }
      const life = (id: NodeId) => lifeOf(id === n4 ? 7 : id === n2 ? 9 : 0);
      const reports = state.members.map(({ id }) => report(id, { ...streams, life: life(id) }));
      const me = random.pick(configuration.voters);
      const step = decide(state, view(configuration, { me }), reports, NOW - 9000);
      if (step.kind === 'none' || random.chance(0.3)) continue;
      steps += 1;
      if (step.kind === 'configure') {
        const fresh = step.voters.filter((id) => !configuration.voters.includes(id));
        expect(fresh.filter((id) => !configuration.learners.includes(id))).toEqual([]);
        configuration = configurationOf(step.voters, step.learners);
      } else if (step.kind === 'command') {
        const place = { index: logIndexOf(state.revision + 1), term: termOf(4) };
        const { refused, state: next } = applyCommand(state, step.command, place);
        expect(refused).toBeNull();
        state = next;
      }
    }
    expect(state.members.map(({ id }) => id)).toEqual([n1, n2, n4]);
    expect(memberOf(state, n4)?.standing).toBeUndefined();
    expect(configuration).toEqual(configurationOf([n1, voterIdOf(n2, lifeOf(9)), v4]));
    // Three admissions and changes of voters, a removal, an arrival: no detours, no endless loop.
    expect(steps).toBeLessThan(12);
  },
);
