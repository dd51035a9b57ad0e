import type { Model } from '../exploration/model.js';

/** A model of the catalogue. */
export interface CheckedModel {
  readonly name: string;
  /** Builds it, with one rule left out (a name out of `breaks`) or as shipped (null). */
  readonly build: (leftOut: string | null) => Model;
  readonly breaks: readonly string[];
  /** Distinct states that it may take of a run, quick or full. */
  readonly share: { readonly test: number; readonly full: number };
}
