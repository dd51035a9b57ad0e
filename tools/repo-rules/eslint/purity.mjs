import { builtinModules } from 'node:module';

/**
 * What a pure package may not name. Its types (`"types": []`) already hide Node; this hides what the
 * language itself still offers: clocks, randomness, concurrency, the locale, the collector, and the
 * places where order or state would depend on history (A1.8).
 */
export const PURE_PACKAGES = ['kernel', 'core', 'db-probe', 'vip'];

const BANNED_GLOBALS = {
  Date: 'Time comes in as an Instant with the event.',
  Promise: 'A pure function answers at once.',
  Intl: 'The locale of the host must not decide anything.',
  WeakRef: 'The collector must not decide anything.',
  FinalizationRegistry: 'The collector must not decide anything.',
  Atomics: 'There is one thread and no shared memory.',
  SharedArrayBuffer: 'There is one thread and no shared memory.',
  globalThis: 'No ambient state.',
  setTimeout: 'Time comes in as an event.',
  setInterval: 'Time comes in as an event.',
  setImmediate: 'Time comes in as an event.',
  queueMicrotask: 'A pure function answers at once.',
  performance: 'Time comes in as an Instant with the event.',
  console: 'Answer with data; the edge prints.',
  process: 'No ambient state.',
  Buffer: 'Use Uint8Array.',
  crypto: 'Randomness comes in as an input.',
  fetch: 'No I/O.',
  require: 'No dynamic modules.',
};

const BANNED_SYNTAX = [
  [':function[async=true]', 'A pure function answers at once: no async.'],
  ['AwaitExpression', 'A pure function answers at once: no await.'],
  ['ForOfStatement[await=true]', 'A pure function answers at once: no await.'],
  ['ImportExpression', 'No dynamic import.'],
  ["TSTypeReference[typeName.name='Promise']", 'A pure function answers at once: no Promise.'],
  ['ForInStatement', 'Key order depends on history; iterate a sorted list.'],
  [
    'CallExpression[callee.property.name=/^(sort|toSorted)$/][arguments.length=0]',
    'The default order is by text; give a comparator.',
  ],
  [
    'CallExpression[callee.property.name=/^(localeCompare|toLocale[A-Z][A-Za-z]*)$/]',
    'The locale of the host must not decide anything.',
  ],
  ["Program > VariableDeclaration[kind!='const']", 'A module holds no state.'],
  [
    "Program > ExportNamedDeclaration > VariableDeclaration[kind!='const']",
    'A module holds no state.',
  ],
  ['ClassDeclaration:not([superClass.name=/Error$/])', 'Plain data and functions, no classes.'],
  ['ClassExpression', 'Plain data and functions, no classes.'],
].map(([selector, message]) => ({ selector, message }));

/** Rules for the sources of pure packages. Their tests run on Node and may use it. */
export function purityRules(sharedSyntax) {
  return {
    'no-restricted-globals': [
      'error',
      ...Object.entries(BANNED_GLOBALS).map(([name, message]) => ({ name, message })),
    ],
    'no-restricted-properties': [
      'error',
      { object: 'Math', property: 'random', message: 'Randomness comes in as a SeededRandom.' },
    ],
    'no-restricted-imports': [
      'error',
      {
        paths: builtinModules.map((name) => ({ name, message: 'A pure package has no I/O.' })),
        patterns: [
          { group: ['node:*'], message: 'A pure package has no I/O.' },
          { group: ['fast-check', '@jest/*'], message: 'Only tests use test libraries.' },
        ],
      },
    ],
    'no-restricted-syntax': ['error', ...sharedSyntax, ...BANNED_SYNTAX],
  };
}
