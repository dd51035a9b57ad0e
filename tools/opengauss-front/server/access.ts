import type { HbaMethod } from '../door/challenge.js';

/** What the first line of `pg_hba.conf` that fits says; `undefined` when none does. */
export function methodFor(
  hba: string,
  client: {
    readonly user: string;
    readonly database: string;
    readonly address: string | undefined;
  },
): HbaMethod | 'reject' | undefined {
  for (const line of hba.split('\n')) {
    const [kind, database = '', user = '', ...rest] = words(line);
    const local = client.address === undefined;
    if (kind !== (local ? 'local' : 'host')) continue;
    const [address = '', method = ''] = local ? ['', ...rest] : rest;
    if (!fits(database, client.database) || !fits(user, client.user)) continue;
    if (!local && !contains(address, client.address ?? '')) continue;
    return METHODS.find((each) => each === method);
  }
  return undefined;
}

const METHODS = ['trust', 'md5', 'sha256', 'sm3', 'reject'] as const;

function words(line: string): readonly string[] {
  return (line.split('#')[0] ?? '')
    .trim()
    .split(/\s+/)
    .map((word) => word.replaceAll('"', ''));
}

function fits(pattern: string, value: string): boolean {
  return pattern.split(',').some((each) => each === 'all' || each === value);
}

/** IPv4 with a prefix, which is all that the laboratory uses. */
function contains(pattern: string, address: string): boolean {
  if (pattern === 'all') return true;
  const [base = '', prefix = '32'] = pattern.split('/');
  const bits = (text: string): number =>
    text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(prefix));
  return Math.floor(bits(base) / size) === Math.floor(bits(address) / size);
}
