import { nodeIdOf } from '@mha4rdb/kernel';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDataDirectory, type DataDirectory } from './data-directory.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'data-directory-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const options = (changed: { cluster?: string; node?: string } = {}) => ({
  directory: path.join(directory, 'deep', 'data'),
  cluster: changed.cluster ?? 'hci-a',
  node: nodeIdOf(changed.node ?? 'n1'),
  observeFlush: () => {},
});

async function open(): Promise<DataDirectory> {
  const opened = await openDataDirectory(options());
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

async function refusal(changed = {}): Promise<string> {
  const opened = await openDataDirectory(options(changed));
  if (!opened.ok) return `${opened.error.code}: ${opened.error.message}`;
  await opened.value.close();
  return 'opened';
}

test('each start is a new incarnation, and the member record comes back', async () => {
  const first = await open();
  expect(first.incarnation).toBe(1);
  expect(first.memberRecord).toBeNull();
  await first.writeMemberRecord({ promise: 7, released: null });
  await first.close();
  const second = await open();
  expect(second.incarnation).toBe(2);
  expect(second.memberRecord).toEqual({ promise: 7, released: null });
  await second.close();
});

test('records are written in turn, and none after one that failed (R4)', async () => {
  const opened = await open();
  await Promise.all([1, 2, 3].map((promise) => opened.writeMemberRecord({ promise })));
  const obstacle = path.join(options().directory, 'member.tmp');
  mkdirSync(obstacle);
  await expect(opened.writeMemberRecord({ promise: 4 })).rejects.toThrow(/EISDIR/);
  rmSync(obstacle, { recursive: true });
  await expect(opened.writeMemberRecord({ promise: 5 })).rejects.toThrow(/EISDIR/);
  await opened.close();
  const again = await open();
  expect(again.memberRecord).toEqual({ promise: 3 });
  await again.close();
});

test('the directory of another node or cluster is refused', async () => {
  await (await open()).close();
  expect(await refusal({ node: 'n2' })).toMatch(/^foreign: .* belongs to node n1 of cluster hci-a/);
  expect(await refusal({ cluster: 'hci-b' })).toMatch(/^foreign/);
  expect(await refusal()).toBe('opened');
});

test('a second opening is refused while the first one lasts', async () => {
  const first = await open();
  expect(await refusal()).toMatch(/^locked/);
  await first.close();
  expect(await refusal()).toBe('opened');
});

test('a living process of another network namespace holds it by the file, a dead one does not', async () => {
  await (await open()).close();
  const lock = path.join(options().directory, 'lock');
  const other = spawn('sleep', ['60'], { stdio: 'ignore' });
  const startTime = readFileSync(`/proc/${other.pid}/stat`, 'latin1')
    .split(') ')[1]
    ?.split(' ')[19];
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  writeFileSync(lock, JSON.stringify({ pid: other.pid, startTime, bootId }));
  expect(await refusal()).toBe(`locked: ${options().directory} is in use by process ${other.pid}`);
  writeFileSync(lock, JSON.stringify({ pid: other.pid, startTime: '1', bootId }));
  expect(await refusal()).toBe('opened');
  writeFileSync(lock, JSON.stringify({ pid: other.pid, startTime, bootId }));
  other.kill('SIGKILL');
  await once(other, 'exit');
  expect(await refusal()).toBe('opened');
});

test.each(['member', 'incarnation'])(
  'a lost or broken %s is corrupt, never made anew',
  async (name) => {
    await (await open()).close();
    const file = path.join(options().directory, name);
    const bytes = readFileSync(file);
    rmSync(file);
    expect(await refusal()).toMatch(new RegExp(`^corrupt: .*${name} is missing`));
    bytes[bytes.length - 3] = 0;
    writeFileSync(file, bytes);
    expect(await refusal()).toMatch(new RegExp(`^corrupt: .*${name} fails its checksum`));
  },
);

test('an identity lost beside votes is corrupt (R8)', async () => {
  const opened = await open();
  await opened.raft.persist({
    kind: 'persist',
    ticket: 1,
    hardState: { term: 5 as never, votedFor: null },
    entries: [],
  });
  await opened.close();
  rmSync(path.join(options().directory, 'identity'));
  expect(await refusal()).toMatch(/^corrupt: .*identity is missing/);
});

test('a first start that was cut short is simply repeated', async () => {
  await (await open()).close();
  rmSync(path.join(options().directory, 'identity'));
  expect(await refusal()).toBe('opened');
});

test('a file where the directory should be is said to be unusable', async () => {
  writeFileSync(path.join(directory, 'deep'), '');
  expect(await refusal()).toMatch(/^unusable: cannot work in/);
});
