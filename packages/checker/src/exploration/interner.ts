/**
 * Gives each distinct value a small number, told apart by an exact text (no hashing here). The same
 * local state of a node occurs in millions of global ones: it is kept, and stepped, once.
 */
export class Interner<Value> {
  private readonly ids = new Map<string, number>();
  private readonly values: Value[] = [];

  get size(): number {
    return this.values.length;
  }

  /** The first value that was given with `text` stands for all. Ids begin at 1: 0 means none. */
  intern(text: string, value: Value): number {
    const known = this.ids.get(text);
    if (known !== undefined) return known;
    this.values.push(value);
    this.ids.set(text, this.values.length);
    return this.values.length;
  }

  get(id: number): Value {
    const value = this.values[id - 1];
    if (value === undefined) throw new RangeError(`nothing is interned as ${id}`);
    return value;
  }
}
