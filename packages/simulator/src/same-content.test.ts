import { encodeCanonical, seededRandom, type SeededRandom } from '@mha4rdb/kernel';
import { SameContent } from './same-content.js';

/** A small value; few leaves and keys, so that two of them are often equal. */
function draw(random: SeededRandom, depth: number): unknown {
  if (depth === 0 || random.chance(0.3)) return random.pick([0, 1, 'a', null, true]);
  const parts = Array.from({ length: random.integer(0, 2) }, () => draw(random, depth - 1));
  if (random.chance(0.4)) return parts;
  const keys = random.pick(['xy', 'yx', 'x', 'yz']);
  return Object.fromEntries([...keys].map((key, place) => [key, parts[place]]));
}

/**
 * Goal: it says what comparing the texts said. Method: random values, copies of them with their keys in
 * another order, compared in both directions with one memory.
 */
it('finds equal just what has one canonical text', () => {
  const random = seededRandom(5);
  const same = new SameContent();
  const kept: unknown[] = [];
  let equal = 0;
  for (let round = 0; round < 4000; round++) {
    const value = draw(random, 3);
    const other = random.chance(0.3)
      ? (JSON.parse(encodeCanonical(value)) as unknown)
      : kept.length > 0 && random.chance(0.5)
        ? random.pick(kept)
        : draw(random, 3);
    kept.push(value);
    const expected = encodeCanonical(value) === encodeCanonical(other);
    if (expected) equal += 1;
    expect(same.test(value, other)).toBe(expected);
    expect(same.test(other, value)).toBe(expected);
  }
  expect(equal).toBeGreaterThan(500);
  expect(equal).toBeLessThan(3500);
});
