import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { measureFlush } from './measure-flush.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'flush-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('some flushes are measured, and nothing is left', async () => {
  const times = await measureFlush(directory);
  expect(times.length).toBeGreaterThan(0);
  expect(Math.min(...times)).toBeGreaterThan(0);
  expect(readdirSync(directory)).toEqual([]);
});

test('a link that the directory’s owner put there leads nowhere', async () => {
  const victim = path.join(directory, 'victim');
  writeFileSync(victim, 'precious');
  symlinkSync(victim, path.join(directory, 'probe'));
  expect((await measureFlush(directory, 'probe')).length).toBeGreaterThan(0);
  expect(readFileSync(victim, 'utf8')).toBe('precious');
  expect(readdirSync(directory)).toEqual(['victim']);
});

test('a file that a crash left does not hold it up', async () => {
  const left = path.join(directory, 'probe');
  writeFileSync(left, 'old');
  chmodSync(left, 0o000);
  if (process.getuid?.() === 0) chownSync(left, 65_534, 65_534);
  expect((await measureFlush(directory, 'probe')).length).toBeGreaterThan(0);
  expect(readdirSync(directory)).toEqual([]);
});

test('a directory that is not there gives nothing', async () => {
  expect(await measureFlush(path.join(directory, 'none'))).toEqual([]);
});
