import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { boundaryCases, purityCases, shapeCases, typedCases } from './lint-cases.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

// `@nx/enforce-module-boundaries` keeps the project graph between files only when it believes that
// it runs under the ESLint program; without this each case would read the graph anew.
process.argv[1] = join(ROOT, 'node_modules/eslint/bin/eslint.js');

/** The repository's own configuration, without the rules that need a whole program. */
const untyped = new ESLint({ cwd: ROOT, overrideConfig: [tseslint.configs.disableTypeChecked] });
const typed = new ESLint({
  cwd: ROOT,
  overrideConfig: {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['packages/*/src/fixture.ts'] } },
    },
  },
});

async function check(eslint, { file, source, rule, messageId }) {
  const [result] = await eslint.lintText(source, { filePath: join(ROOT, file) });
  const messages = (result?.messages ?? []).filter((message) => message.severity === 2);
  const seen = messages.map(
    (message) => `${message.ruleId}/${message.messageId}: ${message.message}`,
  );
  if (rule === undefined) {
    assert.deepEqual(seen, [], `${file} must pass`);
    return;
  }
  const hit = messages.some(
    (message) =>
      message.ruleId === rule && (messageId === undefined || message.messageId === messageId),
  );
  assert.ok(hit, `${rule} must report; reported: ${seen.join('; ') || 'nothing'}`);
}

function suite(title, eslint, cases) {
  for (const [index, one] of cases.entries()) {
    const text = one.source.trim().split('\n')[0].slice(0, 60);
    const verdict = one.rule === undefined ? 'passes' : `is reported by ${one.rule}`;
    test(`${title} ${index + 1}: in ${one.file}, \`${text}\` ${verdict}`, () => check(eslint, one));
  }
}

suite('boundary', untyped, boundaryCases);
suite('purity', untyped, purityCases);
suite('shape', untyped, shapeCases);
suite('typed', typed, typedCases);
