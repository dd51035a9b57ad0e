import { lifeOf } from '@mha4rdb/kernel';
import { founded, n2, running } from '../testing/cluster-fixture.js';
import { report } from '../testing/coordinator-fixture.js';
import { playLeader, type Played } from '../testing/played-node.js';

const inService = running(founded());

/** n2 speaks under a life that the list does not know. */
function hearsWiped(played: Played, seq: number): readonly string[] {
  const told = report(n2, { life: lifeOf(5), seq });
  played.step({ type: 'received', from: n2, message: { kind: 'report', report: told } });
  return appended(played);
}

function appended({ effects }: Played): readonly string[] {
  return effects.flatMap((one) =>
    one.type === 'persistRaft'
      ? one.persist.entries.flatMap(({ payload }) =>
          payload.kind === 'command' ? [payload.command.type] : [],
        )
      : [],
  );
}

describe('a coordinator that changes members', () => {
  it('decides once, and again only when that is applied', () => {
    const leader = playLeader(inService);
    expect(hearsWiped(leader, 2)).toEqual(['ReadmitMember']);
    expect(hearsWiped(leader, 3)).toEqual([]);
    const { entries } = leader.node.raft.log;
    expect(entries.filter(({ payload }) => payload.kind === 'command')).toHaveLength(1);
  });

  it('decides nothing before an entry of its own term is committed (R44)', () => {
    const leader = playLeader(inService, true);
    expect(leader.node.raft.commit).toBeLessThan(leader.node.raft.termStart);
    hearsWiped(leader, 2);
    const { entries } = leader.node.raft.log;
    expect(entries.filter(({ payload }) => payload.kind === 'command')).toEqual([]);
  });

  it('says what it does, once', () => {
    const steps = (played: Played) =>
      played.effects.flatMap((one) =>
        one.type === 'decided' && one.decision.event === 'members' ? [one.decision.fields] : [],
      );
    const leader = playLeader(inService);
    hearsWiped(leader, 2);
    expect(steps(leader)).toEqual([expect.objectContaining({ step: 'n2 is being admitted' })]);
    expect(leader.node.changing).toBe('n2 is being admitted');
    leader.step({ type: 'tick' });
    expect(steps(leader)).toEqual([]);
  });
});
