import js from '@eslint/js';
import nx from '@nx/eslint-plugin/nx';
import tseslint from 'typescript-eslint';
import { boundaries } from './tools/repo-rules/eslint/boundaries.mjs';
import { ensureProjectGraph } from './tools/repo-rules/eslint/project-graph.mjs';
import { PURE_PACKAGES, purityRules } from './tools/repo-rules/eslint/purity.mjs';

await ensureProjectGraph();

const TESTS = ['**/*.test.ts', '**/*.test-support.ts', '**/fixtures/**/*.ts', 'e2e/**/*.ts'];
const SHARED_SYNTAX = [
  {
    selector: "ExportDefaultDeclaration, ExportSpecifier[exported.name='default']",
    message: 'Export by name: one thing has one name everywhere.',
  },
];
const NODE_GLOBALS = Object.fromEntries(
  [
    'AbortController AbortSignal Buffer URL clearInterval clearTimeout console fetch globalThis',
    'module performance process require setInterval setTimeout structuredClone __dirname exports',
    'TextDecoder TextEncoder queueMicrotask setImmediate',
  ]
    .join(' ')
    .split(' ')
    .map((name) => [name, 'readonly']),
);

export default tseslint.config(
  { ignores: ['**/dist/**', '**/out-tsc/**', '**/gen/**', '**/coverage/**', '.nx/**', '.lab/**'] },
  {
    // Rules hold for everybody: a comment cannot switch one off.
    linterOptions: { noInlineConfig: true },
    rules: { 'max-lines': ['error', { max: 400 }] },
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    plugins: { '@nx': nx },
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-syntax': ['error', ...SHARED_SYNTAX],
      '@nx/enforce-module-boundaries': ['error', boundaries],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        // A `default` that calls assertNever is checked by the compiler.
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // An implementation may have nothing to wait for where its interface promises to answer later.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['**/*.ts'],
    ignores: TESTS,
    rules: {
      'max-lines-per-function': ['error', { max: 80, skipComments: true, skipBlankLines: true }],
    },
  },
  {
    files: TESTS,
    rules: { '@typescript-eslint/explicit-module-boundary-types': 'off' },
  },
  {
    files: PURE_PACKAGES.map((name) => `packages/${name}/src/**/*.ts`),
    ignores: TESTS,
    rules: purityRules(SHARED_SYNTAX),
  },
  {
    files: ['**/*.mjs', '**/*.cjs', '**/*.js'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: NODE_GLOBALS },
  },
);
