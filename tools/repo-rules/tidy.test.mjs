import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bannedText } from './checks/banned-text.mjs';
import { decisionRecords } from './checks/decision-records.mjs';
import { docLinks } from './checks/doc-links.mjs';
import { fileLength } from './checks/file-length.mjs';
import { fileNames } from './checks/file-names.mjs';
import { lockFile } from './checks/lock-file.mjs';
import { packageManifests } from './checks/package-manifests.mjs';
import { RULES_FILE, ruleNumbers } from './checks/rule-numbers.mjs';
import { unreachableFiles } from './checks/unreachable-files.mjs';
import { treeOf } from './source-tree.mjs';

const tree = (files) => treeOf(Object.keys(files).sort(), (path) => files[path]);
const messages = (check, files) =>
  check(tree(files)).map(({ path, message }) => `${path}: ${message}`);

function reports(check, files, pattern) {
  const found = messages(check, files);
  assert.equal(found.length, 1, `expected one finding, got: ${found.join('; ') || 'none'}`);
  assert.match(found[0], pattern);
}
const passes = (check, files) => assert.deepEqual(messages(check, files), []);

test('a vague file or folder name is reported, a concept is not', () => {
  reports(fileNames, { 'packages/core/src/utils.ts': '' }, /names no concept/);
  reports(fileNames, { 'packages/core/src/string-helpers.test.ts': '' }, /names no concept/);
  reports(fileNames, { 'packages/core/src/common/clock.ts': '' }, /names no concept/);
  reports(fileNames, { 'packages/core/src/leaseClock.ts': '' }, /not kebab-case/);
  passes(fileNames, { 'packages/core/src/lease-clock.test.ts': '', 'README.md': '' });
});

test('a source file has 400 lines at most', () => {
  reports(fileLength, { 'a.ts': 'x\n'.repeat(401) }, /401 lines/);
  passes(fileLength, { 'a.ts': 'x\n'.repeat(400), 'a.md': 'x\n'.repeat(900) });
});

test('unfinished work, silenced rules and traces of one machine are reported', () => {
  for (const line of [
    `// ${'TO'}DO later`,
    `it.${'skip'}('x', f);`,
    `describe.${'only'}('x', f);`,
    `// eslint${'-disable'}-next-line`,
    `// @ts-${'ignore'}`,
    `f(x ${'as'} any);`,
    `read('/${'work'}/main/x');`,
    `registry${'='}https://example.org/`,
  ]) {
    reports(bannedText, { 'a.ts': `first\n${line}\n` }, /a\.ts: "/);
  }
  passes(bannedText, { 'a.ts': 'at /var/lib/work/x and network/root/x\n', 'a.md': 'no `.only`\n' });
});

test('a lock file that names a package host is reported', () => {
  reports(lockFile, { 'package-lock.json': '"resolved": "https://host/a.tgz"' }, /resolved/);
  passes(lockFile, { 'package-lock.json': '"resolved": "packages/core"' });
});

test('a project without its tag, and a pure one with Node types, are reported', () => {
  const pure = { 'tsconfig.pure.json': '{"compilerOptions":{"lib":["es2023"],"types":[]}}' };
  const manifest = (...tags) => JSON.stringify({ license: 'Apache-2.0', nx: { tags } });
  const core = (config) => ({
    ...pure,
    'packages/core/package.json': manifest('type:core', 'runtime:pure'),
    'packages/core/tsconfig.lib.json': JSON.stringify(config),
  });
  const base = '../../tsconfig.pure.json';
  passes(packageManifests, core({ extends: base }));
  reports(
    packageManifests,
    core({ extends: base, compilerOptions: { types: ['node'] } }),
    /is pure/,
  );
  reports(packageManifests, core({ extends: '../../tsconfig.base.json' }), /is pure/);
  reports(packageManifests, { 'apps/x/package.json': manifest() }, /exactly one known/);
  reports(packageManifests, { 'apps/x/package.json': manifest('type:new') }, /exactly one known/);
  reports(
    packageManifests,
    { 'apps/x/package.json': manifest('type:app', 'runtime:pure') },
    /disagree/,
  );
});

test('a file that nothing reaches is reported', () => {
  const files = {
    'packages/core/src/index.ts': "export { a } from './a.js';\n",
    'packages/core/src/a.ts': "import type { B } from './b.js';\n",
    'packages/core/src/b.ts': '',
  };
  passes(unreachableFiles, files);
  reports(
    unreachableFiles,
    { ...files, 'packages/core/src/c.ts': '' },
    /c\.ts: nothing imports it/,
  );
  passes(unreachableFiles, {
    ...files,
    'packages/core/src/c.ts': '',
    'packages/core/package.json': '{"exports": {"./c": {"@mha4rdb/source": "./src/c.ts"}}}',
  });
});

test('a document that points to nothing is reported', () => {
  const files = {
    'docs/a.md': '# A\n[b](b.md#two-words) [t](../packages/x.test.ts)\n',
    'docs/b.md': '# B\n## Two words\n',
    'packages/x.test.ts': "it('t', f);",
  };
  const broken = (text) => ({ ...files, 'docs/a.md': text });
  passes(docLinks, files);
  passes(docLinks, broken('```\n[x](nowhere.md)\n```\n[site](https://example.org/x)\n'));
  reports(docLinks, broken('[x](nowhere.md)\n'), /resolves to nothing/);
  reports(docLinks, broken('[b](b.md#three)\n'), /no heading/);
  reports(docLinks, broken('[other](../packages/x.test.ts)\n'), /no test named "other"/);
  reports(docLinks, broken('see `packages/y.ts`\n'), /does not exist/);
});

test('a cited rule that the list lacks, and a claim that the code does not bear out, are reported', () => {
  const rules = { [RULES_FILE]: '| R1 | durable |\n' };
  passes(ruleNumbers, { ...rules, 'a.ts': '// R1: durable\n' });
  reports(ruleNumbers, { ...rules, 'a.ts': '// R2\n' }, /R2 is not in/);
  const claim = { [RULES_FILE]: '| R1 | durable | [a](../../a.ts) |\n' };
  passes(ruleNumbers, { ...claim, 'a.ts': '// R1: durable\n' });
  reports(ruleNumbers, { ...claim, 'a.ts': '// durable\n' }, /does not cite R1/);
});

test('decision records have consecutive numbers and four parts', () => {
  const record = (number) =>
    `# ${number}. T\n\n## Context\n\n## Decision\n\n## Consequences\n\n## Rejected\n`;
  passes(decisionRecords, { 'docs/adr/0001-a.md': record(1), 'docs/adr/0002-b.md': record(2) });
  reports(decisionRecords, { 'docs/adr/0002-b.md': record(2) }, /expected 0001/);
  reports(
    decisionRecords,
    { 'docs/adr/0001-a.md': '# 1. T\n\n## Context\n\n## Decision\n\n## Consequences\n' },
    /Rejected/,
  );
});
