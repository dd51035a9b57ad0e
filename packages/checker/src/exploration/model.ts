/** One state of a model: small whole numbers (ids of interned parts, counters, masks) in fixed and trailing slots. */
export type Vector = readonly number[];

/**
 * Takes one successor. `what` and `detail` name the step (`Model.label` makes words of them);
 * `violation` says which invariant the step broke, in a sentence.
 */
export type Emit = (next: Vector, what: number, detail: number, violation?: string) => void;

/**
 * What the explorer needs to know. Everything is deterministic: the same vector has the same
 * successors in the same order, so that a path can be kept as parents and ordinals.
 */
export interface Model {
  readonly name: string;
  /** One sentence for the report: who takes part, and what is bounded. */
  readonly about: string;
  readonly initial: () => Vector;
  readonly successors: (state: Vector, emit: Emit) => void;
  /** The representative of everything that may be exchanged for `state` (symmetry); itself by default. */
  readonly canonical?: (state: Vector) => Vector;
  /** Which invariant the state breaks, or null. */
  readonly violation: (state: Vector) => string | null;
  /** The step in words. */
  readonly label: (before: Vector, what: number, detail: number) => string;
  /** The state in words, one part a line: printed at the end of a counterexample. */
  readonly describe: (state: Vector) => readonly string[];
}
