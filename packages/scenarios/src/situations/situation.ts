/** A situation that some script must show. */
export interface Situation {
  /** How the scripts name it on top, without marks. */
  readonly key: string;
  readonly what: string;
  /** Why no script shows it, and what does instead: text with links, from docs/reference. */
  readonly elsewhere?: string;
}

export interface Group {
  readonly title: string;
  readonly from: string;
  readonly situations: readonly Situation[];
}

/** `['campaign', 'golden trace']` pairs as situations. */
export function situations(
  ...pairs: readonly (readonly [key: string, what: string, elsewhere?: string])[]
): readonly Situation[] {
  return pairs.map(([key, what, elsewhere]) => ({
    key,
    what,
    ...(elsewhere !== undefined && { elsewhere }),
  }));
}
