import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { packagesMatchLock } from './npm-packages.mjs';
import { countTests } from './test-steps.mjs';

const JEST = 'Test Suites: 1 failed, 2 total\nTests:       2 failed, 40 passed, 42 total\n';

test('tests of several jest runs in one output are summed', () => {
  assert.deepEqual(countTests(`${JEST}> next\n${JEST}`, false), { passed: 80, failed: 4 });
});

test("the summary of Node's own runner is read", () => {
  assert.deepEqual(countTests('# tests 9\n# pass 9\n# fail 0\n', true), { passed: 9, failed: 0 });
});

test('each mutant is a test: it passes when the mutant is killed', () => {
  const output = '9 of 9 counterexamples\n60 mutants: 59 killed, 1 survive, in 70 s\n';
  assert.deepEqual(countTests(output, false), { passed: 59, failed: 1 });
});

test('a step without tests is one check', () => {
  assert.deepEqual(countTests('all formatted', true), { passed: 1, failed: 0 });
  assert.deepEqual(countTests('', false), { passed: 0, failed: 1 });
});

test('a step that failed never counts as none failed', () => {
  assert.deepEqual(countTests('Tests:       3 passed, 3 total\n', false), { passed: 3, failed: 1 });
});

function checkout(locked, installed) {
  const root = mkdtempSync(join(tmpdir(), 'mha4rdb-lock-'));
  const packages = (list) => JSON.stringify({ packages: Object.fromEntries(list) });
  writeFileSync(join(root, 'package-lock.json'), packages([['', {}], ...locked]));
  for (const [path] of installed) mkdirSync(join(root, path), { recursive: true });
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(join(root, 'node_modules/.package-lock.json'), packages(installed));
  return root;
}

const A = ['node_modules/a', { version: '1.0.0' }];
const OTHER_PLATFORM = ['node_modules/b-win32', { version: '1.0.0', optional: true }];

for (const [name, locked, installed, matches] of [
  ['the same packages match', [A], [A], true],
  ['an optional one of another platform may be absent', [A, OTHER_PLATFORM], [A], true],
  ['a missing one does not match', [A, ['node_modules/c', { version: '1.0.0' }]], [A], false],
  ['another version does not match', [['node_modules/a', { version: '1.0.1' }]], [A], false],
]) {
  test(`installed packages and lock: ${name}`, () => {
    const root = checkout(locked, installed);
    try {
      assert.equal(packagesMatchLock(root), matches);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
}
