import type { Vector } from './model.js';

/** 64 bits of one vector, as two halves. */
export interface Fingerprint {
  low: number;
  high: number;
}

/**
 * Mixes each slot into two lanes with different multipliers and a final avalanche (as murmur3 does).
 * With n states the expected number of pairs that fall together is n²/2⁶⁵: 10⁻⁵ at 20 million. `into`
 * is filled in place: this runs for every transition.
 */
export function fingerprintInto(into: Fingerprint, vector: Vector): void {
  let low = 0x9747b28c ^ vector.length;
  let high = 0x1b873593 ^ vector.length;
  for (let index = 0; index < vector.length; index++) {
    const slot = vector[index] ?? 0;
    low = Math.imul(low ^ Math.imul(slot, 0xcc9e2d51), 0x85ebca6b);
    low = (low << 13) | (low >>> 19);
    high = Math.imul(high ^ Math.imul(slot + 0x7f4a7c15, 0xc2b2ae35), 0x27d4eb2f);
    high = (high << 15) | (high >>> 17);
  }
  into.low = avalanche(low ^ Math.imul(high, 0x9e3779b1));
  into.high = avalanche(high ^ Math.imul(low, 0x165667b1));
}

function avalanche(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
