import colors from 'picocolors';
import type { Explanation } from '@mha4rdb/client';
import { table } from './table.js';
import { orNothing } from './words.js';

export function explanationTable({ possible, to, checks }: Explanation): string {
  const answer = possible
    ? colors.green(`a failover would work now, to ${to ?? 'a member'}`)
    : colors.red('a failover would not work now');
  if (checks.length === 0) return answer;
  const rows = checks.map(({ member, check, ok, detail }) => [
    orNothing(member),
    check,
    ok ? 'yes' : colors.red('NO'),
    detail,
  ]);
  return `${answer}\n\n${table(['MEMBER', 'CHECK', 'OK', 'DETAIL'], rows)}`;
}
