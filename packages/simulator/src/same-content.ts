/**
 * Compares values as `encodeCanonical` would (members that are undefined count as left out), without
 * writing texts. Nodes apply the same entries to states that share most of their parts with the state
 * before: a part that was found equal once is not looked into again. Only for values that nobody changes.
 */
export class SameContent {
  /** Of a part that was found equal to another: that other one. */
  private readonly equals = new WeakMap<object, object>();

  test(known: unknown, other: unknown): boolean {
    if (known === other) return true;
    if (!isObject(known) || !isObject(other)) return false;
    if (this.equals.get(other) === known) return true;
    if (!this.testParts(known, other)) return false;
    this.equals.set(other, known);
    return true;
  }

  private testParts(known: object, other: object): boolean {
    if (Array.isArray(known) || Array.isArray(other)) {
      if (!Array.isArray(known) || !Array.isArray(other)) return false;
      return (
        known.length === other.length && known.every((part, place) => this.test(part, other[place]))
      );
    }
    const mine = known as Parts;
    const theirs = other as Parts;
    return (
      Object.entries(mine).every(([key, part]) => this.test(part, theirs[key])) &&
      Object.keys(theirs).every((key) => theirs[key] === undefined || mine[key] !== undefined)
    );
  }
}

type Parts = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
