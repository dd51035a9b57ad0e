import fc from 'fast-check';
import type { NodeId } from '@mha4rdb/kernel';
import type { Configuration } from '../membership/configuration.js';
import { idsOf } from '../testing/cluster.js';
import { hear, index, restarted, termsOf, win } from '../testing/node.js';

/**
 * A second way to find what is committed: for each index, from the end, every set of nodes is tried. No
 * sorting, no minimum of two majorities.
 */
const names = ['a', 'b', 'c', 'd', 'e'];
const ids = idsOf(...names);

function committedNaively(
  configuration: Configuration,
  holds: ReadonlyMap<NodeId, number>,
  terms: readonly number[],
  term: number,
): number {
  const halves = [configuration.voters, configuration.votersOutgoing].filter(
    ({ length }) => length > 0,
  );
  for (let at = terms.length + 1; at > 1; at--) {
    if (terms[at - 2] !== term) continue;
    for (let mask = 0; mask < 2 ** ids.length; mask++) {
      const set = ids.filter((_, place) => (mask & (1 << place)) !== 0);
      const all = set.every((id) => (holds.get(id) ?? 0) >= at);
      const enough = halves.every(
        (half) => set.filter((id) => half.includes(id)).length * 2 > half.length,
      );
      if (all && enough) return at;
    }
  }
  return 1;
}

const configurations = fc.record({
  voters: fc.subarray(ids, { minLength: 1 }),
  votersOutgoing: fc.subarray(ids),
  learners: fc.constant([]),
});

test('a leader commits what a naive search over all sets of nodes finds, and no entry of another term by count (R29, R47)', () => {
  let advanced = 0;
  fc.assert(
    fc.property(
      configurations.filter(
        ({ voters, votersOutgoing }) =>
          [...voters, ...votersOutgoing].includes('a' as NodeId) &&
          new Set([...voters, ...votersOutgoing]).size > 1,
      ),
      fc.array(fc.constantFrom(1, 2, 3), { maxLength: 5 }),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 2 })), {
        minLength: 4,
        maxLength: 12,
      }),
      (configuration, log, answers) => {
        const subject = restarted({ configuration, log: [...log].sort((a, b) => a - b) });
        win(subject, 'b', 'c', 'd', 'e');
        expect(subject.state.role).toBe('leader');
        // What the leader appends by itself stays out of the count.
        subject.autoPersist = false;
        const terms = termsOf(subject);
        const last = terms.length + 1;
        const { term } = subject.state;
        const holds = new Map<NodeId, number>([['a' as NodeId, last]]);
        for (const [place, offset] of answers) {
          const from = names[place] ?? 'b';
          const id = ids[place] as NodeId;
          if (![...configuration.voters, ...configuration.votersOutgoing].includes(id)) continue;
          const match = Math.max(1, last - offset);
          holds.set(id, Math.max(holds.get(id) ?? 0, match));
          const before = subject.state.commit;
          hear(subject, 'appendResponse', {
            from,
            term,
            outcome: { kind: 'matched', index: index(match) },
          });
          const naive = Math.max(before, committedNaively(configuration, holds, terms, term));
          expect(subject.state.commit).toBe(naive);
          // From here on the joint state is left, and who counts is another matter.
          if (subject.state.commit > before) {
            advanced += 1;
            return;
          }
        }
      },
    ),
    { numRuns: 400 },
  );
  expect(advanced).toBeGreaterThan(50);
});
