import { lifeOf, logIndexOf, nodeIdOf, seededRandom, termOf, type NodeId } from '@mha4rdb/kernel';
import {
  applyAll,
  appoint,
  begin,
  confirm,
  founded,
  n1,
  n2,
  n3,
  running,
} from '../testing/cluster-fixture.js';
import { applyCommand } from './apply.js';
import { objectionToAddition } from './apply-membership.js';
import type { Command } from './command.js';
import { isAdmitted } from './identity.js';
import { objectionToRemoval } from './removal.js';
import { countedStandbys, memberOf, type ClusterState, type Member } from './state.js';

const n4 = nodeIdOf('n4');
const n5 = nodeIdOf('n5');
const inService = running(founded());
const electing = applyAll(inService, [begin(inService)]);
const dual = running(founded(2, 1), n1, { standbys: [n2], acks: 1 });

function stranger(id: NodeId, change: Partial<Member> = {}): Member {
  const at = `10.0.9.${id.slice(1)}`;
  return {
    id,
    role: 'data',
    address: `${at}:7400`,
    database: `${at}:5432`,
    priority: 0,
    ...change,
  };
}
const add = (member: Member): Command => ({ type: 'AddMember', operation: 'op', member, at: 0 });
const retire = (member: NodeId): Command => ({
  type: 'RetireMember',
  operation: 'op',
  member,
  at: 0,
});
const remove = (member: NodeId): Command => ({ type: 'RemoveMember', member, at: 0 });
const establish = (member: NodeId): Command => ({ type: 'EstablishMember', member, at: 0 });
const admit = (member: NodeId, life: number): Command => ({
  type: 'ReadmitMember',
  member,
  life: lifeOf(life),
  at: 0,
});
const rule = (state: ClusterState, standbys: readonly NodeId[], ver?: number): Command => ({
  type: 'SetDurability',
  epoch: state.epoch,
  incarnation: state.incarnation,
  ver: ver ?? state.confirmed?.ver ?? 0,
  rule: { standbys, acks: Math.min(1, standbys.length) },
  reason: 'test',
  at: 0,
});
function refusal(state: ClusterState, command: Command): string | null {
  const place = { index: logIndexOf(100), term: termOf(1) };
  const { state: after, refused } = applyCommand(state, command, place);
  if (refused !== null) expect(after).toBe(state);
  return refused;
}

const joining = applyAll(inService, [add(stranger(n4)), admit(n4, 7)]);
const leaving = applyAll(inService, [retire(n3)]);
const uncounted = applyAll(leaving, [rule(leaving, [n2])]);
const removed = applyAll(uncounted, [remove(n3)]);

describe('an addition', () => {
  test.each([
    ['before the cluster is formed', founded(), stranger(n4), 'forming'],
    ['of a member', inService, stranger(n2), 'member-exists'],
    ['under an id that was used before', removed, stranger(n3), 'id-used'],
    [
      'without a database',
      inService,
      { ...stranger(n4), database: undefined },
      'no-database-address',
    ],
    [
      'at the address of another',
      inService,
      stranger(n4, { address: '10.0.0.2:7400' }),
      'address-used',
    ],
  ])('%s is refused, with its code', (_, state, member, code) => {
    const given = member as Member;
    expect(objectionToAddition(state, given)?.code).toBe(code);
    expect(refusal(state, add(given))).not.toBeNull();
  });

  it('takes part in nothing until it was heard of: it has no life, and no commit counts on it', () => {
    const added = applyAll(inService, [add(stranger(n4))]);
    expect(memberOf(added, n4)).toMatchObject({ life: null, standing: 'joining' });
    expect(isAdmitted(added, n4, lifeOf(0))).toBe(false);
    expect(countedStandbys(added, n1).map(({ id }) => id)).toEqual([n2, n3]);
  });

  it('changes neither the rule nor its version: what evidence is measured against stays', () => {
    expect(joining.confirmed).toEqual(inService.confirmed);
  });

  it('ends when it is established, in the history too', () => {
    const arrived = applyAll(joining, [establish(n4)]);
    expect(memberOf(arrived, n4)?.standing).toBeUndefined();
    expect(arrived.events.at(-1)).toMatchObject({ kind: 'memberAdded', to: n4, result: 'done' });
    expect(refusal(arrived, establish(n4))).not.toBeNull();
  });
});

describe('a removal', () => {
  test.each([
    ['before the cluster is formed', founded(), n3, 'forming'],
    ['of the primary', inService, n1, 'is-primary'],
    ['of the last confirmed primary, during the election after it', electing, n1, 'is-primary'],
    ['of a standby during an election, which may need it as evidence', electing, n2, 'no-primary'],
    ['of the last standby', dual, n2, null],
    ['of nobody', inService, n5, 'not-a-member'],
    ['of one that leaves', leaving, n3, 'busy'],
    ['of one that was removed', removed, n3, 'removed'],
    ['of the only member', running(founded(1), n1, { standbys: [], acks: 0 }), n1, 'last-member'],
  ])('%s: code %#', (_, state, member, code) => {
    expect(objectionToRemoval(state, member)?.code ?? null).toBe(code);
    expect(refusal(state, retire(member)) === null).toBe(code === null);
  });

  it('of an arbiter is possible in every phase: no commit and no evidence rests on it', () => {
    const dualElecting = applyAll(dual, [begin(dual)]);
    expect(applyAll(dualElecting, [retire(n3), remove(n3)]).members).toHaveLength(2);
    expect(applyAll(dual, [retire(n3), remove(n3)]).members).toHaveLength(2);
  });

  it('of the target of a switchover waits for its end', () => {
    const start = {
      type: 'StartSwitchover',
      id: 'x',
      epoch: inService.epoch,
      to: n2,
      at: 0,
    } as const;
    expect(objectionToRemoval(applyAll(inService, [start]), n2)?.code).toBe('busy');
    const meanwhile = { ...uncounted, switchover: { id: 'x', from: n1, to: n3, at: 0 } as never };
    expect(refusal(meanwhile, remove(n3))).toBe('a switchover to n3 is under way');
  });

  it('raises the version again when it is complete: what was proposed meanwhile is void', () => {
    expect(removed.confirmed?.ver).toBe((uncounted.confirmed?.ver ?? 0) + 1);
  });

  it('is not taken back by a late word that the member arrived', () => {
    expect(refusal(leaving, establish(n3))).toBe('n3 is not joining');
  });

  it('is not complete while the recorded rule counts on the member', () => {
    expect(refusal(leaving, remove(n3))).toBe('commits count on n3');
  });

  it('voids each rule that was proposed before it: none can bring the member back', () => {
    expect(refusal(leaving, rule(inService, [n2, n3], inService.confirmed?.ver))).not.toBeNull();
    expect(refusal(removed, rule(removed, [n2, n3]))).toBe('n3 is not a data member');
    expect(refusal(removed, rule(uncounted, [n2], uncounted.confirmed?.ver))).not.toBeNull();
  });

  it('is not completed during an election: the rule that evidence is measured against stands', () => {
    const broken = applyAll(uncounted, [begin(uncounted)]);
    expect(refusal(broken, remove(n3))).toMatch('phase electing');
  });

  it('is undone when the member is appointed, since it may hold what nobody else does', () => {
    const broken = applyAll(leaving, [begin(leaving)]);
    const chosen = applyAll(broken, [appoint(broken, n3, { standbys: [], acks: 0 })]);
    expect(memberOf(chosen, n3)?.standing).toBeUndefined();
    expect(refusal(applyAll(chosen, [confirm(chosen)]), remove(n3))).not.toBeNull();
  });

  it('uses the id up, and remembers where to tell the member', () => {
    expect(removed.removed).toEqual([
      { id: n3, address: '10.0.0.3:7400', index: removed.revision },
    ]);
  });
});

describe('a readmission', () => {
  it('is of a member, under a life that it never had', () => {
    expect(refusal(inService, admit(n5, 1))).toBe('n5 is not a member');
    expect(refusal(inService, admit(n2, 0))).not.toBeNull();
    const back = applyAll(inService, [admit(n2, 5)]);
    expect([0, 5].map((life) => isAdmitted(back, n2, lifeOf(life)))).toEqual([false, true]);
    expect(refusal(back, admit(n2, 5))).not.toBeNull();
    expect(back.events.at(-1)).toMatchObject({ kind: 'memberReadmitted', to: n2 });
  });

  it('changes nothing of what commits and elections count on', () => {
    const back = applyAll(inService, [admit(n2, 5)]);
    expect(back.confirmed).toEqual(inService.confirmed);
    expect(back.phase).toBe('running');
  });
});

/** Goal: whatever is asked, in whatever order, the list never contradicts what commits count on. */
it.each(Array.from({ length: 20 }, (_, seed) => seed))(
  'keeps every counted standby and the primary on the list, and no id twice (seed %i)',
  (seed) => {
    const random = seededRandom(seed);
    const ids = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6'].map((id) => nodeIdOf(id));
    let state = inService;
    let applied = 0;
    for (let count = 0; count < 300; count++) {
      const id = random.pick(ids);
      const some = ids.filter((one) => one !== state.primary && random.chance(0.5));
      const old = (state.confirmed?.ver ?? 0) - random.integer(0, 1);
      const command = random.pick<Command>([
        add(stranger(id)),
        admit(id, random.integer(0, 9)),
        establish(id),
        retire(id),
        remove(id),
        rule(state, some, old),
        begin(state),
        appoint(state, id, { standbys: some.filter((one) => one !== id), acks: 0 }),
        confirm(state),
      ]);
      const place = { index: logIndexOf(state.revision + 1), term: termOf(1) };
      const next = applyCommand(state, command, place);
      if (next.refused === null) applied += 1;
      state = next.state;
      const listed = state.members.map((member) => member.id);
      const counted = [
        ...(state.confirmed?.rule.standbys ?? []),
        ...(state.phase === 'electing' ? [] : (state.target?.rule.standbys ?? [])),
        ...(state.primary === null ? [] : [state.primary]),
      ];
      expect(counted.filter((one) => !listed.includes(one))).toEqual([]);
      const used = [...listed, ...state.removed.map((gone) => gone.id)];
      expect(new Set(used).size).toBe(used.length);
    }
    expect(applied).toBeGreaterThan(20);
  },
);
