const FIRST_CAPACITY = 1 << 16;

/** Which successor of which state each state was first reached as: six bytes a state, for the path back. */
export class Ancestry {
  private parents = new Uint32Array(FIRST_CAPACITY);
  private ordinals = new Uint16Array(FIRST_CAPACITY);
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** The number of the new state. */
  add(parent: number, ordinal: number): number {
    if (ordinal > 0xffff) throw new RangeError('more successors of one state than can be numbered');
    if (this.count === this.parents.length) this.grow();
    this.parents[this.count] = parent;
    this.ordinals[this.count] = ordinal;
    this.count += 1;
    return this.count - 1;
  }

  /** Ordinals from the initial state (number 0) to `number`. */
  pathTo(number: number): readonly number[] {
    const path: number[] = [];
    for (let at = number; at !== 0; at = this.parents[at] ?? 0) path.push(this.ordinals[at] ?? 0);
    return path.reverse();
  }

  private grow(): void {
    const parents = new Uint32Array(this.count * 2);
    parents.set(this.parents);
    this.parents = parents;
    const ordinals = new Uint16Array(this.count * 2);
    ordinals.set(this.ordinals);
    this.ordinals = ordinals;
  }
}
