import { logIndexOf, nodeIdOf, termOf } from '@mha4rdb/kernel';
import { applyAll, begin, founded, n1, n2, n3, running } from '../testing/cluster-fixture.js';
import { applyCommand } from './apply.js';
import { changeMember, objectionToChange, withChanges } from './change-member.js';
import type { ChangeMember, MemberChanges } from './command.js';
import { countedStandbys, memberOf, type ClusterState } from './state.js';

const inService = running(founded(3, 1));
const n4 = nodeIdOf('n4');

function change(member: ChangeMember['member'], changes: MemberChanges): ChangeMember {
  return { type: 'ChangeMember', operation: 'op', member, changes, at: 5 };
}

function counted(state: ClusterState): readonly string[] {
  return countedStandbys(state, n1).map(({ id }) => id);
}

it('changes what is named and nothing else, and is in the history', () => {
  const kept = applyAll(inService, [change(n2, { noFailover: true })]);
  expect(memberOf(kept, n2)).toEqual({ ...memberOf(inService, n2), noFailover: true });
  const both = applyAll(kept, [change(n2, { priority: 9, noSync: true })]);
  expect(memberOf(both, n2)).toMatchObject({ noFailover: true, noSync: true, priority: 9 });
  expect(both.events.at(-1)).toMatchObject({
    id: 'op',
    kind: 'memberChanged',
    to: n2,
    result: 'done',
    detail: 'priority 9, commits do not count on it',
  });
  const free = applyAll(both, [change(n2, { noFailover: false, noSync: false, priority: 0 })]);
  expect(memberOf(free, n2)).toEqual(memberOf(inService, n2));
});

it('keeps commits from counting on the member from the next rule on, and changes no rule by itself', () => {
  for (const changes of [{ noFailover: true }, { noSync: true }]) {
    const after = applyAll(inService, [change(n2, changes)]);
    expect(counted(after)).toEqual([n3]);
    expect(after.confirmed).toEqual(inService.confirmed);
  }
});

it.each([
  ['before the cluster is formed', founded(), change(n2, { priority: 1 }), 'forming'],
  ['of a stranger', inService, change(nodeIdOf('n9'), { priority: 1 }), 'not-a-member'],
  [
    'that keeps an arbiter from taking over',
    inService,
    change(n4, { noFailover: true }),
    'no-database',
  ],
  ['that keeps commits from an arbiter', inService, change(n4, { noSync: true }), 'no-database'],
])('a change %s is refused, with its code', (_, state, command, code) => {
  expect(objectionToChange(state, command.member, command.changes)?.code).toBe(code);
  const place = { index: logIndexOf(100), term: termOf(1) };
  expect(applyCommand(state, command, place).refused).not.toBeNull();
  expect(changeMember(state, command, place).state).toBe(state);
});

it('is possible in every phase, so that an election that lacks a candidate can be helped', () => {
  const electing = applyAll(inService, [begin(inService)]);
  expect(applyAll(electing, [change(n2, { noFailover: true })]).phase).toBe('electing');
});

it('answers the same member where nothing would be another', () => {
  const member = memberOf(inService, n2);
  if (member === undefined) throw new Error('no n2');
  expect(withChanges(member, { priority: 0, noFailover: false })).toBe(member);
});
