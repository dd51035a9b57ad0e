import { founded, n2 } from '../testing/cluster-fixture.js';
import { differenceText, foundingDifferences } from './founding-difference.js';
import type { Founding } from './initial.js';
import type { Member } from './state.js';

const { name, members, settings, grantMs } = founded(2, 1);
const list: Founding = { name, members, settings, grantMs };

function withMember(changed: Partial<Member>): Founding {
  return { ...list, members: members.map((one) => (one.id === n2 ? { ...one, ...changed } : one)) };
}

test('equal lists have no difference, in whatever order they stand', () => {
  expect(foundingDifferences(list, { ...list, members: [...members].reverse() })).toEqual([]);
});

test.each<[string, Founding]>([
  ['n2.role: data here, arbiter there', withMember({ role: 'arbiter' })],
  ['n2.address: 10.0.0.2:7400 here, 10.0.0.9:7400 there', withMember({ address: '10.0.0.9:7400' })],
  [
    'n2.database: 10.0.0.2:5432 here, 10.0.0.2:5433 there',
    withMember({ database: '10.0.0.2:5433' }),
  ],
  ['n2.priority: 0 here, 5 there', withMember({ priority: 5 })],
  ['n2.noFailover: false here, true there', withMember({ noFailover: true })],
  ['n2.noSync: false here, true there', withMember({ noSync: true })],
  [
    'n3: arbiter at 10.0.0.3:7400 here, not a member there',
    { ...list, members: members.slice(0, 2) },
  ],
  ['cluster: test here, other there', { ...list, name: 'other' }],
  ['timing.grant: 2400 ms here, 1200 ms there', { ...list, grantMs: 1200 }],
  [
    'durability.mode: majority here, all there',
    { ...list, settings: { durability: { mode: 'all', degrade: false } } },
  ],
  [
    'durability.degrade: false here, true there',
    { ...list, settings: { durability: { mode: 'majority', degrade: true } } },
  ],
])('says where they differ: %s', (text, theirs) => {
  expect(foundingDifferences(list, theirs).map(differenceText)).toEqual([text]);
});
