import fc from 'fast-check';
import { nodeIdOf, type NodeId } from '@mha4rdb/kernel';
import {
  applyAll,
  begin,
  founded,
  n1,
  position,
  running,
  sealed,
} from '../testing/cluster-fixture.js';
import { chooseCandidate, evidenceOf } from './evidence.js';

/**
 * A second way to judge evidence: no count of |S| − k + 1, but every log that the silent members might
 * have. Evidence is enough when in none of these worlds something acknowledged is missing from all that
 * sealed.
 */
const standbys = ['n2', 'n3', 'n4', 'n5'].map(nodeIdOf);
const LONGEST = 4;

interface World {
  readonly lengthOf: ReadonlyMap<NodeId, number>;
}

/** How far commits were acknowledged at most: up to where k of the S that counts hold them. */
function acknowledgedIn({ lengthOf }: World, counted: readonly NodeId[], acks: number): number {
  let reached = 0;
  for (let length = 1; length <= LONGEST + 1; length++) {
    const holders = counted.filter((id) => (lengthOf.get(id) ?? 0) >= length);
    if (holders.length >= acks) reached = length;
  }
  return reached;
}

/** Every world in which the sealed ones have what they reported, and the others anything. */
function worldsWith(known: ReadonlyMap<NodeId, number>): World[] {
  return standbys.reduce<World[]>(
    (worlds, id) => {
      const own = known.get(id);
      const lengths =
        own === undefined ? Array.from({ length: LONGEST + 2 }, (_, length) => length) : [own];
      return worlds.flatMap(({ lengthOf }) =>
        lengths.map((length) => ({ lengthOf: new Map([...lengthOf, [id, length]]) })),
      );
    },
    [{ lengthOf: new Map() }],
  );
}

const cases = fc.record({
  counted: fc.subarray(standbys, { minLength: 1 }),
  present: fc.subarray(standbys),
  lengths: fc.array(fc.integer({ min: 0, max: LONGEST }), { minLength: 4, maxLength: 4 }),
  acks: fc.integer({ min: 1, max: 4 }),
});

function situationOf({
  counted,
  present,
  lengths,
  acks: wanted,
}: typeof cases extends fc.Arbitrary<infer Case> ? Case : never) {
  const acks = Math.min(wanted, counted.length);
  const up = running(founded(5), n1, { standbys: counted, acks });
  const state = applyAll(up, [begin(up)]);
  const known = new Map(present.map((id) => [id, lengths[standbys.indexOf(id)] ?? 0]));
  const members = present.map((id) => sealed(state, id, position(up.epoch, known.get(id) ?? 0)));
  const sealedOf = [...known.values()];
  const longest = sealedOf.length === 0 ? -1 : Math.max(...sealedOf);
  const acknowledged = worldsWith(known).map((world) => acknowledgedIn(world, counted, acks));
  return { state, members, known, longest, acknowledged };
}

test('evidence is enough exactly when no log of a silent member could hold more than all that sealed', () => {
  fc.assert(
    fc.property(cases, (one) => {
      const { state, members, longest, acknowledged } = situationOf(one);
      const naive = acknowledged.every((length) => length <= longest);
      expect(evidenceOf(state, members).kind).toBe(naive ? 'sufficient' : 'missing');
    }),
    { numRuns: 300 },
  );
});

test('the candidate lacks nothing that was acknowledged in any of the worlds that are possible', () => {
  fc.assert(
    fc.property(cases, (one) => {
      const { state, members, known, acknowledged } = situationOf(one);
      const verdict = evidenceOf(state, members);
      if (verdict.kind === 'missing') return;
      const chosen = chooseCandidate(state, members, verdict);
      expect(chosen).not.toBeNull();
      const own = chosen === null ? -1 : (known.get(chosen.node) ?? 0);
      for (const length of acknowledged) expect(own).toBeGreaterThanOrEqual(length);
    }),
    { numRuns: 300 },
  );
});
