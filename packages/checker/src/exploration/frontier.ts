import type { Vector } from './model.js';

const FIRST_CAPACITY = 1 << 16;

/**
 * The states of one depth that wait to be expanded, packed one after the other: number, length,
 * slots. A few dozen bytes a state instead of an object each.
 */
export class Frontier {
  private words = new Uint32Array(FIRST_CAPACITY);
  private end = 0;
  private at = 0;
  private waiting = 0;

  get size(): number {
    return this.waiting;
  }

  push(number: number, vector: Vector): void {
    const needed = this.end + vector.length + 2;
    if (needed > this.words.length) this.grow(needed);
    this.words[this.end] = number;
    this.words[this.end + 1] = vector.length;
    this.words.set(vector, this.end + 2);
    this.end = needed;
    this.waiting += 1;
  }

  /** The next one in the order of `push`, or null. */
  shift(): { readonly number: number; readonly vector: Vector } | null {
    if (this.at >= this.end) return null;
    const number = this.words[this.at] ?? 0;
    const length = this.words[this.at + 1] ?? 0;
    const vector = Array.from(this.words.subarray(this.at + 2, this.at + 2 + length));
    this.at += length + 2;
    this.waiting -= 1;
    return { number, vector };
  }

  /** Empties it; the memory is used again for the depth after the next. */
  clear(): void {
    this.end = 0;
    this.at = 0;
    this.waiting = 0;
  }

  private grow(needed: number): void {
    const larger = new Uint32Array(Math.max(needed, this.words.length * 2));
    larger.set(this.words.subarray(0, this.end));
    this.words = larger;
  }
}
