import { nodeIdOf, type NodeId } from '@mha4rdb/kernel';
import type { Command } from '../cluster/command.js';
import type { ClusterState } from '../cluster/state.js';
import { applyAll, founded, n1, n2, n3, running } from '../testing/cluster-fixture.js';
import { report, situation } from '../testing/coordinator-fixture.js';
import { classifyAddition, classifyRemoval } from './operator-membership.js';

const n4 = nodeIdOf('n4');
const n5 = nodeIdOf('n5');
const inService = running(founded(3, 2));
const retire = (member: NodeId): Command => ({
  type: 'RetireMember',
  operation: 'r',
  member,
  at: 0,
});

/** n1 coordinates, and hears of these. */
function removal(state: ClusterState, member: NodeId, heard: readonly NodeId[]) {
  const reports = heard.map((id) => report(id));
  const given = situation({ state, now: 50_000, reports });
  return classifyRemoval(given, { kind: 'removeMember', id: 'op', member });
}

describe('a removal that an operator asks for', () => {
  it('is taken up while a majority of those who stay is within reach, who is to go counted out', () => {
    expect(removal(inService, n5, [n2, n3])).toMatchObject({
      kind: 'propose',
      command: { type: 'RetireMember', member: n5 },
    });
  });

  it('is refused when it would leave no majority within reach, naming who is silent', () => {
    expect(removal(inService, n3, [n2, n3])).toMatchObject({
      kind: 'refused',
      code: 'no-majority',
      reason: 'without n3 no majority would be within reach: n4, n5 silent',
    });
  });

  it('does not count on one that leaves already', () => {
    // Of n1, n2 and n4, who stay, only n1 is there: with n5 it would be two of four or three of five.
    const leaving = applyAll(inService, [retire(n5)]);
    expect(removal(leaving, n3, [n2, n3, n5])).toMatchObject({ kind: 'propose' });
    expect(removal(leaving, n3, [n5])).toMatchObject({ code: 'no-majority' });
    // Two of three who stay; two of four if it counted, which is no majority.
    expect(removal(leaving, n3, [n2])).toMatchObject({ kind: 'propose' });
  });

  it('does not count on one that was added and never heard of: it has no vote to give or to keep', () => {
    const added = inService.members.map((one) =>
      one.id === n4 || one.id === n5 ? { ...one, life: null } : one,
    );
    expect(removal({ ...inService, members: added }, n3, [n2])).toMatchObject({ kind: 'propose' });
  });

  it('of one that was removed already is done, and of anybody else is refused as the list refuses it', () => {
    const removed = applyAll(inService, [retire(n5), { type: 'RemoveMember', member: n5, at: 0 }]);
    expect(removal(removed, n5, [n2]).kind).toBe('done');
    expect(removal(inService, n1, [n2, n3, n4, n5])).toMatchObject({ code: 'is-primary' });
  });
});

describe('an addition that an operator asks for', () => {
  const member = { id: nodeIdOf('n9'), role: 'arbiter', address: 'x:1', priority: 0 } as const;
  const ask = (change: object) =>
    classifyAddition(situation({ state: inService, now: 0 }), {
      kind: 'addMember',
      id: 'op',
      member: { ...member, ...change },
    });

  it('is taken up, or refused as the list refuses it', () => {
    expect(ask({})).toMatchObject({
      kind: 'propose',
      command: { type: 'AddMember', operation: 'op', member },
    });
    expect(ask({ id: n2 })).toMatchObject({ kind: 'refused', code: 'member-exists' });
  });
});
