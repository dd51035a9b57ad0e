import fc from 'fast-check';
import { nodeIdOf, type SynchronousRule } from '@mha4rdb/kernel';
import { formatRule, NO_STANDBYS, parseRule, sameRule } from './rule-text.js';

const [n1, n2, n3] = ['n1', 'node-2', '3'].map(nodeIdOf) as [
  ReturnType<typeof nodeIdOf>,
  ReturnType<typeof nodeIdOf>,
  ReturnType<typeof nodeIdOf>,
];

test('a rule is written with quoted names in one order', () => {
  expect(formatRule({ standbys: [n2, n1, n3], acks: 2 })).toBe('ANY 2 ("3","n1","node-2")');
});

test('a rule that waits for nobody is the empty text', () => {
  expect(formatRule(NO_STANDBYS)).toBe('');
  expect(formatRule({ standbys: [n1], acks: 0 })).toBe('');
  expect(parseRule('')).toEqual(NO_STANDBYS);
});

test.each([
  '*',
  'n2',
  'FIRST 1 ("n1")',
  'ANY 1 (n1)',
  'ANY 0 ("n1")',
  'ANY 2 ("n1")',
  'ANY 1 ("N1")',
  'ANY 1 ("n1"',
  'ANY 1 ()',
])('"%s" is not taken for a rule of ours', (text) => {
  expect(parseRule(text)).toBeUndefined();
});

test('rules that name the same members in another order are the same', () => {
  expect(sameRule({ standbys: [n1, n2], acks: 1 }, { standbys: [n2, n1], acks: 1 })).toBe(true);
  expect(sameRule({ standbys: [n1, n2], acks: 1 }, { standbys: [n2, n1], acks: 2 })).toBe(false);
});

test('every rule that can be in force survives being written and read', () => {
  const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/).map(nodeIdOf);
  const rules = fc
    .uniqueArray(name, { minLength: 1, maxLength: 9 })
    .chain((standbys) =>
      fc.integer({ min: 1, max: standbys.length }).map((acks) => ({ standbys, acks })),
    );
  fc.assert(
    fc.property(rules, (rule: SynchronousRule) => {
      const read = parseRule(formatRule(rule));
      expect(read).toBeDefined();
      expect(sameRule(read ?? NO_STANDBYS, rule)).toBe(true);
    }),
  );
});
