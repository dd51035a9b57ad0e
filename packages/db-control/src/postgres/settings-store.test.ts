import { mkdtempSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { nodeIdOf } from '@mha4rdb/kernel';
import type { PostgresConfig } from './config.js';
import { layoutOf } from './layout.js';
import { SettingsStore } from './settings-store.js';

const root = mkdtempSync(join(tmpdir(), 'mha-settings-'));
const dataDir = join(root, 'data');
const layout = layoutOf(dataDir);
const logged: string[] = [];
const n1 = nodeIdOf('n1');
const n2 = nodeIdOf('n2');
const rule = { standbys: [n2], acks: 1 };
const upstream = { node: n2, conninfo: "host='10.0.0.2'" };

function store(): SettingsStore {
  const { uid, gid, username } = userInfo();
  const config: PostgresConfig = {
    node: n1,
    binDir: '/nowhere',
    dataDir,
    osUser: { name: username, uid, gid },
    port: 5432,
    socketDir: root,
    superuser: { name: 'postgres', password: 'a' },
    replication: { name: 'replicator', password: 'b' },
    parameters: { max_connections: '50' },
    hba: [],
    members: () => [{ node: n1, host: '10.0.0.1', port: 5432 }],
    log: (message) => logged.push(message),
  };
  return new SettingsStore(config, layout);
}

beforeEach(async () => {
  await rm(dataDir, { recursive: true, force: true });
  await mkdir(dataDir);
  await writeFile(layout.versionFile, '15\n');
  await writeFile(layout.mainFile, 'max_connections = 100\n');
});

afterAll(() => rm(root, { recursive: true, force: true }));

test('a directory without our file has no state; the first write makes a whole one', async () => {
  expect(await store().read()).toBeUndefined();
  expect(await store().write({ rule })).toEqual({
    rule,
    upstream: null,
    admits: 'replication',
    generation: 1,
  });
});

test('what a write does not mention stays, over restarts of the agent and at the same time', async () => {
  await store().write({ rule });
  const one = store();
  await Promise.all([one.write({ upstream }), one.write({ admits: 'all' }), one.write({})]);
  expect(await store().read()).toEqual({ rule, upstream, admits: 'all', generation: 4 });
});

test('files with secrets or rules are readable by the database user alone', async () => {
  await store().write({});
  for (const path of [layout.passfile, layout.managedFile, layout.hbaFile]) {
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  }
});

test('a value below what the log was written under is raised, and stays so until a start', async () => {
  const text = () => readFile(layout.managedFile, 'utf8');
  await store().write({}, { max_connections: 100 });
  expect(await text()).toContain("max_connections = '100'");
  expect(logged.join()).toContain('max_connections stays at 100');
  await store().write({ rule });
  expect(await text()).toContain("max_connections = '100'");
  await store().write({}, { max_connections: 40 });
  expect(await text()).toContain("max_connections = '50'");
});

test('a damaged file is not overwritten by one without a rule', async () => {
  await store().write({ rule });
  const text = await readFile(layout.managedFile, 'utf8');
  await writeFile(layout.managedFile, text.slice(0, text.indexOf('mha4rdb.generation')));
  expect(await store().read()).toBeUndefined();
  await expect(store().write({ admits: 'all' })).rejects.toThrow('damaged');
  expect(await store().write({ rule })).toMatchObject({ rule, upstream: null });
});
