import { readFileSync } from 'node:fs';
import path from 'node:path';
import { exampleConfig } from './example.js';
import { loadConfig } from './load.js';
import { formatProblems } from './problem.js';

const CONFIGS = path.join(__dirname, '../../../../configs');

test.each(['agent', 'arbiter'] as const)('the example of an %s is current and loads', (kind) => {
  const file = path.join(CONFIGS, `${kind}.example.yaml`);
  expect(readFileSync(file, 'utf8')).toBe(exampleConfig(kind));
  const result = loadConfig({ kind, file, env: {}, flags: {} });
  expect(result.ok ? '' : formatProblems(result.problems)).toBe('');
  expect(result.ok && result.value.warnings).toEqual([]);
});
