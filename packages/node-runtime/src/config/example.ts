import type { ConfigKind } from './config.js';
import { environmentName, type ConfigKey } from './key.js';
import { keysOf } from './load.js';

const HEAD: Readonly<Record<ConfigKind, readonly string[]>> = {
  agent: [
    '# mha-agent: one for each data member. Every key can be overridden by an environment variable',
    `# (${environmentName('database.port')}) and by a flag (--database-port). Paths are relative to this file.`,
  ],
  arbiter: [
    '# mha-arbiter: votes, and may coordinate; it has no database. Every key can be overridden by an',
    `# environment variable (${environmentName('log.level')}) and by a flag (--log-level). Paths are relative to this file.`,
  ],
};

/** A configuration with every key and its meaning, as `init` writes it. */
export function exampleConfig(kind: ConfigKind): string {
  const lines = [...HEAD[kind]];
  let open: readonly string[] = [];
  for (const key of keysOf(kind)) {
    const groups = key.path.split('.').slice(0, -1);
    if (groups.length === 0 || groups[0] !== open[0]) lines.push('');
    groups.forEach((group, depth) => {
      if (open[depth] !== group || open.length <= depth) lines.push(`${indent(depth)}${group}:`);
    });
    open = groups;
    lines.push(...keyLines(exampleOf(key, kind), groups.length));
  }
  return `${lines.join('\n')}\n`;
}

function exampleOf(key: ConfigKey<unknown>, kind: ConfigKind): ConfigKey<unknown> {
  if (kind === 'agent') return key;
  const own: Readonly<Record<string, string>> = {
    node: 'n3',
    listen: '10.77.0.13:7400',
    'security.tls.cert': 'n3.pem',
    'security.tls.key': 'n3.key',
  };
  const example = own[key.path];
  return example === undefined ? key : { ...key, example: [example] };
}

function keyLines(key: ConfigKey<unknown>, depth: number): readonly string[] {
  const name = key.path.split('.').at(-1) ?? key.path;
  const [first = '', ...more] = key.example;
  const mark = key.hidden === true ? '# ' : '';
  return [
    ...key.doc.map((line) => `${indent(depth)}# ${line}`),
    `${indent(depth)}${mark}${name}:${first === '' ? '' : ` ${first}`}`,
    ...more.map((line) => `${indent(depth + 1)}${line}`),
  ];
}

function indent(depth: number): string {
  return '  '.repeat(depth);
}
