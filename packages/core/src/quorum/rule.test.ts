import { nodeIdOf, type SynchronousRule } from '@mha4rdb/kernel';
import fc from 'fast-check';
import { classifyChange, implies, nextRule, NO_RULE, ruleOf, sameRule } from './rule.js';

const ids = ['n1', 'n2', 'n3', 'n4', 'n5'].map(nodeIdOf);
const rules = fc
  .subarray(ids)
  .chain((standbys) =>
    fc.integer({ min: 0, max: standbys.length }).map((acks) => ruleOf(standbys, acks)),
  );

/** Every set of members that may have acknowledged a commit under the rule, at its weakest. */
function* ackSets({ standbys, acks }: SynchronousRule): Generator<readonly string[]> {
  for (let mask = 0; mask < 2 ** standbys.length; mask++) {
    const set = standbys.filter((_, place) => (mask & (1 << place)) !== 0);
    if (set.length === acks) yield set;
  }
}

/** The definition, without cleverness: whoever acknowledged satisfies the weaker rule too. */
function impliesNaively(stronger: SynchronousRule, weaker: SynchronousRule): boolean {
  for (const set of ackSets(stronger)) {
    const counted = set.filter((id) => weaker.standbys.some((other) => other === id));
    if (counted.length < weaker.acks) return false;
  }
  return true;
}

test('implication agrees with counting every set of acknowledgements', () => {
  fc.assert(
    fc.property(rules, rules, (a, b) => {
      expect(implies(a, b)).toBe(impliesNaively(a, b));
    }),
    { numRuns: 500 },
  );
});

test('each step on the way to a rule implies the one before it or is implied by it', () => {
  fc.assert(
    fc.property(rules, rules, (from, to) => {
      let current = from;
      for (let step = 0; !sameRule(current, to); step++) {
        expect(step).toBeLessThan(3);
        const next = nextRule(current, to);
        expect(implies(current, next) || implies(next, current)).toBe(true);
        expect(next.acks).toBeGreaterThanOrEqual(Math.min(from.acks, to.acks));
        expect(next.acks).toBeLessThanOrEqual(next.standbys.length);
        current = next;
      }
    }),
    { numRuns: 1000 },
  );
});

test.each([
  [
    'replacing a standby adds first',
    ruleOf(['n2'].map(nodeIdOf), 1),
    ruleOf(['n3'].map(nodeIdOf), 1),
    ['n2', 'n3'],
    1,
  ],
  [
    'adding with the same acks goes at once',
    ruleOf(['n2'].map(nodeIdOf), 1),
    ruleOf(['n2', 'n3'].map(nodeIdOf), 1),
    ['n2', 'n3'],
    1,
  ],
  ['degrading goes at once', ruleOf(['n2'].map(nodeIdOf), 1), NO_RULE, [], 0],
])('%s', (_, from, to, standbys, acks) => {
  expect(nextRule(from, to)).toEqual({ standbys, acks });
});

test.each([
  ['add, same k', [['n2'], 1], [['n2', 'n3'], 1], 'weaken'],
  ['remove with k - 1', [['n2', 'n3'], 2], [['n2'], 1], 'weaken'],
  ['lower k', [['n2', 'n3'], 2], [['n2', 'n3'], 1], 'weaken'],
  ['degrade', [['n2'], 1], [[], 0], 'weaken'],
  ['remove, same k', [['n2', 'n3'], 1], [['n2'], 1], 'strengthen'],
  ['add with k + 1', [['n2'], 1], [['n2', 'n3'], 2], 'strengthen'],
  ['raise k', [['n2', 'n3'], 1], [['n2', 'n3'], 2], 'strengthen'],
  ['recover', [[], 0], [['n2'], 1], 'strengthen'],
] as const)('%s goes in the order that protocol §6 says', (_, [a, k], [b, l], expected) => {
  expect(classifyChange(ruleOf(a.map(nodeIdOf), k), ruleOf(b.map(nodeIdOf), l))).toBe(expected);
});
