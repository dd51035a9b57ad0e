import type { NodeId, SynchronousRule } from '@mha4rdb/kernel';

/** The rule that waits for nobody. */
export const NO_RULE: SynchronousRule = { standbys: [], acks: 0 };

/** One spelling for one rule: ids sorted, and no standbys where nobody has to answer. */
export function ruleOf(standbys: readonly NodeId[], acks: number): SynchronousRule {
  return acks === 0 ? NO_RULE : { standbys: [...standbys].sort(compareIds), acks };
}

export function sameRule(a: SynchronousRule, b: SynchronousRule): boolean {
  return (
    a.acks === b.acks &&
    a.standbys.length === b.standbys.length &&
    a.standbys.every((id) => b.standbys.includes(id))
  );
}

/**
 * Does a commit that satisfied `stronger` satisfy `weaker` too? At worst every acknowledgement that
 * may come from outside the weaker rule's standbys did (protocol §6).
 */
export function implies(stronger: SynchronousRule, weaker: SynchronousRule): boolean {
  if (weaker.acks === 0) return true;
  const outside = stronger.standbys.filter((id) => !weaker.standbys.includes(id)).length;
  return stronger.acks - outside >= weaker.acks;
}

/** Which way one step goes, and so in which order record and database change (protocol §6). */
export type RuleChange = 'none' | 'weaken' | 'strengthen';

/** Classifies a step of `nextRule`: `weaken` is record → database, `strengthen` database → barrier → record. */
export function classifyChange(from: SynchronousRule, to: SynchronousRule): RuleChange {
  if (sameRule(from, to)) return 'none';
  return implies(from, to) ? 'weaken' : 'strengthen';
}

/**
 * The next rule on the way to `wanted`, such that one of the two implies the other. Replacing a
 * standby goes by adding first and removing then: {n2},1 → {n2,n3},1 → {n3},1. Reaches `wanted` in
 * at most three steps, and no rule on the way asks for fewer acknowledgements than both ends.
 */
export function nextRule(current: SynchronousRule, wanted: SynchronousRule): SynchronousRule {
  if (implies(current, wanted) || implies(wanted, current)) return wanted;
  const union = [...new Set([...current.standbys, ...wanted.standbys])];
  return union.length > current.standbys.length
    ? ruleOf(union, current.acks)
    : ruleOf(union, wanted.acks);
}

export function compareIds(a: NodeId, b: NodeId): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
