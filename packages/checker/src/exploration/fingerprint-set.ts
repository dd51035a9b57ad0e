import type { Fingerprint } from './fingerprint.js';

/** A set of 64-bit fingerprints: open addressing in one typed array, 8 bytes a place. */
export class FingerprintSet {
  private places: Uint32Array;
  private mask: number;
  private count = 0;

  /** @param capacity how many places to begin with: a power of two. */
  constructor(capacity = 1 << 16) {
    this.places = new Uint32Array(capacity * 2);
    this.mask = capacity - 1;
  }

  get size(): number {
    return this.count;
  }

  /** True when it was not in the set before. */
  add({ low, high }: Fingerprint): boolean {
    // An empty place is (0, 0); that one fingerprint is stored as its neighbour.
    const stored = low === 0 && high === 0 ? 1 : low;
    if (!this.insert(stored, high)) return false;
    this.count += 1;
    if (this.count * 5 > (this.mask + 1) * 3) this.grow();
    return true;
  }

  private insert(low: number, high: number): boolean {
    const { places, mask } = this;
    for (let at = (low ^ (high << 7)) & mask; ; at = (at + 1) & mask) {
      const first = places[at * 2];
      const second = places[at * 2 + 1];
      if (first === low && second === high) return false;
      if (first === 0 && second === 0) {
        places[at * 2] = low;
        places[at * 2 + 1] = high;
        return true;
      }
    }
  }

  private grow(): void {
    const before = this.places;
    this.mask = (this.mask + 1) * 2 - 1;
    this.places = new Uint32Array((this.mask + 1) * 2);
    for (let at = 0; at < before.length; at += 2) {
      const low = before[at] ?? 0;
      const high = before[at + 1] ?? 0;
      if (low !== 0 || high !== 0) this.insert(low, high);
    }
  }
}
