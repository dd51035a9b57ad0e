import { nodeIdOf, type NodeId, type SynchronousRule } from '@mha4rdb/kernel';

const ANY = /^ANY (\d{1,3}) \(([^()]*)\)$/;
const NAME = /^"([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)"$/;

/** The rule that waits for nobody. */
export const NO_STANDBYS: SynchronousRule = { standbys: [], acks: 0 };

/**
 * The rule as a value of `synchronous_standby_names`: `ANY 1 ("n2","n3")`, and the empty text for a
 * rule that waits for nobody. Names are quoted because node ids contain hyphens; each standby
 * carries its node id as `application_name`.
 *
 * Not guaranteed by PostgreSQL: `ANY k` counts connections, not names. One standby that is
 * connected twice (an old connection not yet timed out) counts twice, which matters for k >= 2.
 */
export function formatRule(rule: SynchronousRule): string {
  if (rule.acks === 0) return '';
  const names = [...rule.standbys].sort((a, b) => (a < b ? -1 : 1)).map((node) => `"${node}"`);
  return `ANY ${rule.acks} (${names.join(',')})`;
}

/**
 * Reads back what `formatRule` wrote. `undefined` for every other text (`*`, `FIRST 1 (a)`, a bare
 * name): somebody else wrote that, and it must not be taken for a rule of ours.
 */
export function parseRule(text: string): SynchronousRule | undefined {
  if (text === '') return NO_STANDBYS;
  const match = ANY.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  const acks = Number(match[1]);
  const standbys: NodeId[] = [];
  for (const part of match[2].split(',')) {
    const name = NAME.exec(part)?.[1];
    if (name === undefined) return undefined;
    standbys.push(nodeIdOf(name));
  }
  if (acks < 1 || acks > standbys.length) return undefined;
  return { standbys, acks };
}

/** Whether two rules ask the same, whatever the order of their names. */
export function sameRule(a: SynchronousRule, b: SynchronousRule): boolean {
  return formatRule(a) === formatRule(b);
}
