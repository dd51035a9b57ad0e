import type { NodeId } from '@mha4rdb/kernel';
import { MEMBERS } from './members.js';

/** Who takes whose place: a permutation of the members. */
export interface Renaming {
  /** `places[old] = new`. */
  readonly places: readonly number[];
  readonly names: ReadonlyMap<string, NodeId>;
}

export const RENAMINGS: readonly Renaming[] = permutations(MEMBERS.map((_, place) => place)).map(
  (places) => ({
    places,
    names: new Map(MEMBERS.map((id, old) => [id as string, MEMBERS[places[old] ?? 0] as NodeId])),
  }),
);

function permutations(places: readonly number[]): number[][] {
  if (places.length === 0) return [[]];
  return places.flatMap((first) =>
    permutations(places.filter((place) => place !== first)).map((rest) => [first, ...rest]),
  );
}

/** The same data with other names: in values, in keys, and in lists of names, which stay sorted. */
export function renamed<Value>(value: Value, renaming: Renaming): Value {
  return rename(value, renaming.names) as Value;
}

function rename(value: unknown, names: ReadonlyMap<string, NodeId>): unknown {
  if (typeof value === 'string') return names.get(value) ?? value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => rename(item, names));
    return items.every((item) => typeof item === 'string') ? items.sort() : items;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [names.get(key) ?? key, rename(member, names)]),
  );
}
