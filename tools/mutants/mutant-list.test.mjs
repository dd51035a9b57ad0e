import assert from 'node:assert/strict';
import test from 'node:test';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unit } from './checks.mjs';
import { diffOf, MUTANTS, problemsOf, readerOf } from './mutant-list.mjs';
import { readOptions, UsageError } from './options.mjs';
import { summaryLines } from './report.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const FILES = {
  'packages/core/src/a.ts': 'one\nif (epoch !== last) return;\nthree\n',
  'packages/core/src/a.test.ts': '',
};
const read = (file) => FILES[file] ?? null;
const sound = {
  id: 'epoch-unchecked',
  rule: 'protocol §7',
  what: 'any epoch is taken',
  file: 'packages/core/src/a.ts',
  find: 'epoch !== last',
  replace: 'false',
  aimed: [unit('core/a')],
};

test('every mutant of the list fits the code as it is: its text stands exactly once, its tests exist', () => {
  assert.deepEqual(problemsOf(MUTANTS, readerOf(root)), []);
});

test('there are mutants enough to mean something', () => {
  assert.ok(MUTANTS.length >= 60, `${MUTANTS.length}`);
});

test('a mutant that fits has no problem', () => {
  assert.deepEqual(problemsOf([sound], read), []);
});

for (const [name, change, problem] of [
  ['whose text is gone', { find: 'epoch === last' }, /does not hold its text any more/],
  ['whose function is gone', { inside: 'other' }, /other in .* does not hold its text/],
  ['whose text stands twice', { find: 'e' }, /holds its text \d+ times/],
  ['of a file that is gone', { file: 'packages/core/src/b.ts' }, /does not exist/],
  ['aimed at a test that is gone', { aimed: [unit('core/b')] }, /b\.test\.ts does not exist/],
  ['that changes nothing', { replace: 'epoch !== last' }, /changes nothing/],
  ['that no check is aimed at', { aimed: [] }, /no check is aimed/],
  ['without a rule', { rule: 'style' }, /its rule/],
]) {
  test(`a mutant ${name} is reported, and by its id`, () => {
    const [found, ...more] = problemsOf([{ ...sound, ...change }], read);
    assert.match(found, problem);
    assert.match(found, /^epoch-unchecked: /);
    assert.deepEqual(more, []);
  });
}

test('a text that stands twice in a file may be named by its function', () => {
  const source = 'function one() {\n  go();\n}\n\nfunction two() {\n  go();\n}\n';
  const mutant = { ...sound, find: 'go();', replace: '' };
  const both = () => source;
  assert.equal(problemsOf([mutant], both).length, 1);
  assert.deepEqual(problemsOf([{ ...mutant, inside: 'two' }], both), []);
  assert.match(diffOf({ ...mutant, inside: 'two' }, source), /^packages.*:6\n/);
});

test('two mutants of one id are reported', () => {
  assert.match(problemsOf([sound, sound], read)[0], /another one has this id/);
});

test('a survivor is shown as the lines that changed', () => {
  assert.equal(
    diffOf(sound, FILES[sound.file]),
    'packages/core/src/a.ts:2\n- if (epoch !== last) return;\n+ if (false) return;',
  );
});

test('what only the rest of the tests killed is told, so that it is aimed at next time', () => {
  const kill = { check: 'unit core', verdict: 'failed', by: 'a test' };
  const lines = summaryLines([{ mutant: sound, kill, results: [kill], seconds: 1 }], 1);
  assert.equal(lines[0], '1 mutants: 1 killed, 0 survive, in 1 s');
  assert.match(lines[2], /epoch-unchecked missed it/);
});

test('mutants are chosen by id and by area, and unknown words are refused', () => {
  const mutants = [
    { ...sound, area: 'raft' },
    { ...sound, id: 'other', area: 'lease' },
  ];
  const ids = (...args) => readOptions(args, mutants).chosen.map(({ id }) => id);
  assert.deepEqual(ids(), ['epoch-unchecked', 'other']);
  assert.deepEqual(ids('--only', 'other'), ['other']);
  assert.deepEqual(ids('--area', 'raft'), ['epoch-unchecked']);
  assert.throws(() => ids('--only', 'none'), UsageError);
  assert.throws(() => ids('--area', 'none'), UsageError);
  assert.throws(() => ids('--what'), UsageError);
  assert.throws(() => ids('-o', 'xml'), UsageError);
});

test('a quick choice holds all counterexamples and one mutant of each other rule', () => {
  const { chosen } = readOptions(['--quick'], MUTANTS);
  const rules = chosen.map(({ rule }) => rule);
  const once = rules.filter((rule) => rule !== 'protocol §9');
  assert.equal(new Set(once).size, once.length);
  assert.deepEqual(new Set(rules), new Set(MUTANTS.map(({ rule }) => rule)));
  assert.equal(
    rules.length - once.length,
    MUTANTS.filter(({ rule }) => rule === 'protocol §9').length,
  );
  assert.ok(chosen.length >= 40, `${chosen.length}`);
});
