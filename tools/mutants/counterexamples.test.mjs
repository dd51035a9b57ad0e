import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { counterexamplesOf, notShown } from './counterexamples.mjs';

const FILE = 'packages/core/src/a.test.ts';
const PROTOCOL = `
## 9. Counterexamples

| left out | what then goes wrong | test |
|---|---|---|
| Less than \\|S\\| | A commit is missed. | [one is \\[not\\] enough](../${FILE}) |
| A late command | It counts. | [a late %s is refused](../${FILE}), [or](../b.test.ts) |

## 10. What every run checks

| no | [counterexample](../${FILE}) |
`;
const [few, late] = counterexamplesOf(PROTOCOL);
const failing = (...failed) => [{ results: [{ failed: [] }, { failed }] }];

test('what is left out, and its tests, are read from the protocol', () => {
  assert.equal(counterexamplesOf(PROTOCOL).length, 2);
  assert.deepEqual(few.tests, [{ name: 'one is [not] enough', file: FILE }]);
  assert.deepEqual(
    late.tests.map(({ name }) => name),
    ['a late %s is refused', 'or'],
  );
});

test('a counterexample is shown by one of its tests, in its file', () => {
  const shows = { file: FILE, name: 'guards one is [not] enough' };
  assert.deepEqual(notShown([few], failing(shows)), []);
  assert.deepEqual(notShown([few], failing({ ...shows, file: 'b.test.ts' })), [few]);
  assert.deepEqual(notShown([few], failing({ ...shows, name: 'another' })), [few]);
  assert.deepEqual(notShown([few, late], failing(shows)), [late]);
});

test('a row of a table shows it too', () => {
  assert.deepEqual(
    notShown([late], failing({ file: FILE, name: 'a late vote is refused: 7' })),
    [],
  );
  assert.deepEqual(notShown([late], failing({ file: FILE, name: 'a late vote is taken' })), [late]);
});

test('the protocol as it stands has its counterexamples, each with a test', () => {
  const protocol = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');
  const counterexamples = counterexamplesOf(protocol);
  assert.ok(counterexamples.length >= 33, `${counterexamples.length}`);
  assert.ok(counterexamples.every(({ tests }) => tests.length > 0));
});
