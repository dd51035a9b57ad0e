/**
 * Sources as somebody might write them, placed where they would stand, and the rule that must
 * report each. A case without a rule must pass.
 */
const BOUNDARY = '@nx/enforce-module-boundaries';
const imports = (name) => `import * as other from '${name}';\nexport const held = other;\n`;
const boundary = (from, name, messageId) => ({
  file: from,
  source: imports(name),
  rule: BOUNDARY,
  messageId,
});
const allowed = (from, name) => ({ file: from, source: imports(name) });

const CORE = 'packages/core/src/fixture.ts';
const NOT_THESE = 'onlyTagsConstraintViolation';
const NOTHING = 'emptyOnlyTagsConstraintViolation';
// Apps export nothing, so their names do not resolve; a path into one is an import across projects.
const NO_SUCH_PACKAGE = 'noTransitiveDependencies';
const ACROSS = 'noRelativeOrAbsoluteImportsAcrossLibraries';
const NEVER_THESE = 'notTagsConstraintViolation';

export const boundaryCases = [
  boundary(CORE, '@mha4rdb/db-control', NOT_THESE),
  boundary(CORE, '@mha4rdb/db-probe', NOT_THESE),
  boundary(CORE, '@mha4rdb/node-runtime', 'noCircularDependencies'),
  boundary(CORE, '../../vip/src/index.js', ACROSS),
  boundary('packages/simulator/src/fixture.ts', '../../../apps/agent/src/main.js', ACROSS),
  boundary(CORE, 'pino', NO_SUCH_PACKAGE),
  {
    file: CORE,
    source: "export type { DatabaseEngine } from '@mha4rdb/db-control';\n",
    rule: BOUNDARY,
    messageId: NOT_THESE,
  },
  {
    file: 'apps/arbiter/src/fixture.ts',
    source: "export const load = (): unknown => import('@mha4rdb/db-control');\n",
    rule: BOUNDARY,
    messageId: NEVER_THESE,
  },
  boundary('packages/kernel/src/fixture.ts', '@mha4rdb/proto', NOTHING),
  boundary('packages/vip/src/fixture.ts', '@mha4rdb/core', NOT_THESE),
  boundary('packages/vip/src/fixture.ts', '@mha4rdb/db-probe', NOT_THESE),
  boundary('packages/client/src/fixture.ts', '@mha4rdb/kernel', NOTHING),
  boundary('packages/proto/src/fixture.ts', '@mha4rdb/kernel', NOTHING),
  boundary('packages/db-control/src/fixture.ts', '@mha4rdb/host-linux', NOT_THESE),
  boundary('packages/db-control/src/fixture.ts', '@mha4rdb/vip', NEVER_THESE),
  boundary('packages/host-linux/src/fixture.ts', '@mha4rdb/db-probe', NEVER_THESE),
  boundary('packages/node-runtime/src/fixture.ts', '@mha4rdb/db-control', NOT_THESE),
  boundary('packages/node-runtime/src/fixture.ts', '@mha4rdb/vip', NEVER_THESE),
  boundary('packages/simulator/src/fixture.ts', '@mha4rdb/agent', NO_SUCH_PACKAGE),
  boundary('apps/arbiter/src/fixture.ts', '@mha4rdb/db-probe', NEVER_THESE),
  boundary('apps/arbiter/src/fixture.ts', '@mha4rdb/db-control', NEVER_THESE),
  boundary('apps/arbiter/src/fixture.ts', '@mha4rdb/host-linux', NEVER_THESE),
  boundary('apps/arbiter/src/fixture.ts', '@mha4rdb/agent', NO_SUCH_PACKAGE),
  boundary('apps/arbiter/src/fixture.ts', '@mha4rdb/simulator', NEVER_THESE),
  boundary('apps/agent/src/fixture.ts', '@mha4rdb/simulator', NEVER_THESE),
  boundary('apps/mhactl/src/fixture.ts', '@mha4rdb/core', NOT_THESE),
  boundary('apps/mhactl/src/fixture.ts', '@mha4rdb/db-control', NOT_THESE),
  boundary('e2e/src/fixture.ts', '@mha4rdb/agent', NO_SUCH_PACKAGE),
  boundary('tools/lab/fixture.ts', '@mha4rdb/mhactl', NO_SUCH_PACKAGE),
  allowed(CORE, '@mha4rdb/kernel'),
  allowed('packages/core/src/fixture.test.ts', 'fast-check'),
  allowed('packages/db-control/src/fixture.ts', '@mha4rdb/db-probe'),
  allowed('packages/host-linux/src/fixture.ts', '@mha4rdb/vip'),
  allowed('packages/node-runtime/src/fixture.ts', '@mha4rdb/core'),
  allowed('packages/simulator/src/fixture.ts', '@mha4rdb/core'),
  allowed('apps/arbiter/src/fixture.ts', '@mha4rdb/node-runtime'),
  allowed('apps/agent/src/fixture.ts', '@mha4rdb/host-linux'),
  allowed('apps/mhactl/src/fixture.ts', '@mha4rdb/client'),
  allowed('apps/mhactl/src/fixture.ts', '@mha4rdb/simulator'),
  allowed('apps/mhactl/src/fixture.ts', '@mha4rdb/node-runtime/config'),
  allowed('e2e/src/fixture.ts', '@mha4rdb/tools/lab'),
];

const impure = (source, rule) => ({ file: CORE, source: `${source}\n`, rule });
const pure = (source) => ({ file: CORE, source: `${source}\n` });

export const purityCases = [
  impure(
    "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;",
    'no-restricted-imports',
  ),
  impure(
    "import { readFileSync } from 'fs';\nexport const read = readFileSync;",
    'no-restricted-imports',
  ),
  impure(
    "import type { Stats } from 'node:fs';\nexport type Held = Stats;",
    'no-restricted-imports',
  ),
  impure("export * from 'node:path';", 'no-restricted-imports'),
  impure("import fc from 'fast-check';\nexport const held = fc;", 'no-restricted-imports'),
  impure('export const now = (): number => Date.now();', 'no-restricted-globals'),
  impure('export const now = (): unknown => new Date();', 'no-restricted-globals'),
  impure('export const draw = (): number => Math.random();', 'no-restricted-properties'),
  impure('const { random } = Math;\nexport const draw = random;', 'no-restricted-properties'),
  impure('export const later = (): unknown => Promise.resolve(1);', 'no-restricted-globals'),
  impure('export type Later = Promise<number>;', 'no-restricted-syntax'),
  impure('export async function later(): Later { return 1; }', 'no-restricted-syntax'),
  impure('export const later = async (): Later => await one();', 'no-restricted-syntax'),
  impure("export const load = (): unknown => import('./other.js');", 'no-restricted-syntax'),
  impure('setTimeout(() => undefined, 1);', 'no-restricted-globals'),
  impure('queueMicrotask(() => undefined);', 'no-restricted-globals'),
  impure('export const at = performance.now();', 'no-restricted-globals'),
  impure('export const name = process.env;', 'no-restricted-globals'),
  impure("console.log('hello');", 'no-restricted-globals'),
  impure('export const bytes = Buffer.alloc(1);', 'no-restricted-globals'),
  impure('export const clock = globalThis.Date;', 'no-restricted-globals'),
  impure('export const format = new Intl.NumberFormat();', 'no-restricted-globals'),
  impure('export const held = new WeakRef({});', 'no-restricted-globals'),
  impure('export const held = new FinalizationRegistry(() => undefined);', 'no-restricted-globals'),
  impure('for (const key in {}) f(key);', 'no-restricted-syntax'),
  impure('export const order = (list: string[]): string[] => list.sort();', 'no-restricted-syntax'),
  impure(
    'export const order = (list: string[]): string[] => list.toSorted();',
    'no-restricted-syntax',
  ),
  impure(
    'export const less = (a: string, b: string): number => a.localeCompare(b);',
    'no-restricted-syntax',
  ),
  impure('let count = 0;\nexport const next = (): number => ++count;', 'no-restricted-syntax'),
  impure('export let count = 0;\ncount += 1;', 'no-restricted-syntax'),
  impure('export class Counter {}', 'no-restricted-syntax'),
  impure(
    '// eslint' + '-disable-next-line\nexport const at = performance.now();',
    'no-restricted-globals',
  ),
  pure('export class BrokenInvariant extends Error {}'),
  pure('export const order = (list: number[]): number[] => [...list].sort((a, b) => a - b);'),
  pure('export const largest = (a: number, b: number): number => Math.max(a, b);'),
  {
    file: 'packages/core/src/fixture.test.ts',
    source: "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n",
  },
  { file: 'packages/db-control/src/fixture.ts', source: 'export const at = performance.now();\n' },
];

const shaped = (source, rule) => ({ file: 'packages/db-control/src/fixture.ts', source, rule });

export const shapeCases = [
  shaped('export default 1;\n', 'no-restricted-syntax'),
  shaped('export const held: any = 1;\n', '@typescript-eslint/no-explicit-any'),
  shaped('// one line\n'.repeat(401), 'max-lines'),
  shaped(
    `export function long(): number {\n${'  work();\n'.repeat(81)}  return 1;\n}\n`,
    'max-lines-per-function',
  ),
  shaped(
    "import { A } from './a.js';\nexport type B = A;\n",
    '@typescript-eslint/consistent-type-imports',
  ),
];

const typed = (source, rule) => ({ file: 'packages/db-control/src/fixture.ts', source, rule });

/** These need the types of the program, so they are checked with it. */
export const typedCases = [
  typed(
    'const work = async (): Promise<void> => {};\nwork();\n',
    '@typescript-eslint/no-floating-promises',
  ),
  typed(
    "export function f(x: 'a' | 'b'): void {\n  switch (x) {\n    case 'a':\n      break;\n  }\n}\n",
    '@typescript-eslint/switch-exhaustiveness-check',
  ),
];
