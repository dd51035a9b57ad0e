import { inputRules, outputRules } from './port-ruleset.js';

/** What `nft list table` showed of our table. Times are milliseconds left, 0 when nothing is open. */
export interface PortTableSight {
  /** Both chains are hooked and hold exactly our rules; anything else is no fence. */
  readonly intact: boolean;
  readonly openLeft: number;
  readonly peersLeft: number;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};

/** Reads the listing of the table for `port`. Never fails: what it does not know is not intact. */
export function parsePortTable(port: number, listing: string): PortTableSight {
  const blocks = new Map<string, string[]>();
  let block: string[] = [];
  for (const raw of listing.split('\n')) {
    const line = raw.trim();
    const head = /^(set|chain) (\S+) \{$/.exec(line);
    if (head?.[2] !== undefined) {
      block = [];
      blocks.set(`${head[1]} ${head[2]}`, block);
    } else if (line !== '' && line !== '}') {
      block.push(line);
    }
  }
  const set = (name: string): readonly string[] | undefined => blocks.get(`set ${name}`);
  const sets = [set('armed'), set('open'), set('peers'), set('peers6')];
  return {
    intact:
      sets.every((lines) => lines?.includes('flags timeout') === true) &&
      isChain(blocks.get('chain input'), 'input', inputRules(port)) &&
      isChain(blocks.get('chain output'), 'output', outputRules(port)),
    openLeft: longestLeft(set('open')),
    peersLeft: Math.max(longestLeft(set('peers')), longestLeft(set('peers6'))),
  };
}

function isChain(
  lines: readonly string[] | undefined,
  hook: string,
  rules: readonly string[],
): boolean {
  if (lines === undefined || lines.length !== rules.length + 1) return false;
  const [head, ...rest] = lines;
  return (
    head?.startsWith(`type filter hook ${hook} `) === true &&
    rest.every((rule, index) => rule === rules[index])
  );
}

function longestLeft(lines: readonly string[] | undefined): number {
  const found = (lines ?? []).join(' ').matchAll(/expires ((?:\d+(?:d|h|ms|m|s))+)/g);
  return Math.max(0, ...[...found].map((match) => milliseconds(match[1] ?? '')));
}

function milliseconds(text: string): number {
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(d|h|ms|m|s)/g)) {
    total += Number(count) * (UNIT_MS[unit ?? ''] ?? 0);
  }
  return total;
}
