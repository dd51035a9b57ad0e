import { chown, mkdir, readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { checkPostgresHost } from './check-host.js';
import { createPostgresEngine } from './create-engine.js';
import {
  ask,
  becomePrimary,
  createLab,
  done,
  failure,
  soon,
  within,
  type Lab,
  type LabNode,
} from './lab.test-support.js';

jest.setTimeout(60_000);

let lab: Lab;
let primary: LabNode;
let other: LabNode;
let empty: LabNode;

beforeAll(async () => {
  lab = await createLab(3);
  [primary, other, empty] = lab.nodes as [LabNode, LabNode, LabNode];
  await Promise.all([becomePrimary(primary, 1), done(other.engine.initialize(soon))]);
});

afterAll(() => lab.dispose());

const wrong = { name: 'replicator', password: 'wrong' };

test('a directory with other files is touched by nothing', async () => {
  const { dataDir } = empty.config;
  await mkdir(dataDir);
  await writeFile(join(dataDir, 'holiday.jpg'), 'x');
  expect(await empty.engine.observe()).toMatchObject({
    directory: { kind: 'foreign' },
    process: 'stopped',
  });
  expect(await failure(empty.engine.initialize(soon))).toBe('not-ours');
  expect(await failure(empty.engine.clone(primary.address, soon))).toBe('not-ours');
  expect(await failure(empty.engine.rewind(primary.address, soon))).toBe('not-ours');
  expect(await failure(empty.engine.startSealed(soon))).toBe('not-ours');
  expect(await readdir(dataDir)).toEqual(['holiday.jpg']);
  const problems = await checkPostgresHost(empty.config);
  expect(problems.map((problem) => problem.code)).toEqual(['foreign-directory']);
  await rename(dataDir, `${dataDir}.away`);
});

test('a database of another cluster is neither replaced, nor rewound, nor copied from', async () => {
  expect(await failure(other.engine.clone(primary.address, soon))).toBe('foreign-system');
  expect(await failure(other.engine.rewind(primary.address, soon))).toBe('foreign-system');
  const expecting = { ...soon, systemId: '42' };
  expect(await failure(empty.engine.clone(primary.address, expecting))).toBe('foreign-system');
  expect(await empty.engine.observe()).toMatchObject({ directory: { kind: 'absent' } });
});

test('a wrong password and a dead source are told apart, fast, and leave nothing', async () => {
  const mistaken = createPostgresEngine({ ...empty.config, replication: wrong });
  expect(await failure(mistaken.clone(primary.address, soon))).toBe('wrong-password');
  const nobody = { ...primary.address, port: other.address.port };
  expect(await failure(empty.engine.clone(nobody, soon))).toBe('unreachable');
  expect((await empty.engine.observe()).directory).toEqual({ kind: 'absent' });
});

test('a copy that is aborted ends its tools and leaves the directory as it was', async () => {
  const abort = new AbortController();
  const call = empty.engine.clone(primary.address, {
    ...soon,
    signal: abort.signal,
    onProgress: () => abort.abort(),
  });
  expect(await failure(call)).toBe('timeout');
  expect((await empty.engine.observe()).directory).toEqual({ kind: 'absent' });
});

test('a server that runs keeps its directory', async () => {
  expect(await failure(primary.engine.clone(primary.address, soon))).toBe('refused');
  expect(await failure(primary.engine.rewind(primary.address, soon))).toBe('refused');
  expect(await failure(primary.engine.seal(soon))).toBe('refused');
  expect(await failure(primary.engine.follow(other.address, soon))).toBe('refused');
  expect((await primary.engine.observe()).works).toBe(true);
});

test('what is asked of a server that does not run says so', async () => {
  expect(await failure(other.engine.seal(soon))).toBe('unreachable');
  expect(await failure(other.engine.promote(within(500)))).toBe('unreachable');
  expect(await failure(other.engine.barrier({ standbys: [], acks: 0 }, soon))).toBe('unreachable');
  expect(await failure(empty.engine.startSealed(soon))).toBe('not-ours');
});

test('a missing binary is named with the way out', async () => {
  const engine = createPostgresEngine({ ...other.config, binDir: '/nowhere' });
  const result = await engine.startSealed(soon);
  expect(result.ok ? '' : result.error.code).toBe('missing-binary');
  expect(result.ok ? '' : result.error.remedy).toContain('database.binDir');
});

test('an interrupted rewind keeps the directory from being started', async () => {
  const mark = `${other.config.dataDir}.mha4rdb/rewinding`;
  await writeFile(mark, 'n1\n');
  expect(await failure(other.engine.startSealed(soon))).toBe('diverged');
  await rename(mark, `${mark}.away`);
});

test('the check of a sound host finds nothing, running or not', async () => {
  expect(await checkPostgresHost(primary.config)).toEqual([]);
  expect(await checkPostgresHost(other.config)).toEqual([]);
});

test('the check names each thing that is wrong, with a remedy', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(other.address.port, resolve));
  const problems = await checkPostgresHost({
    ...other.config,
    binDir: '/usr/lib/postgresql/none/bin',
    socketDir: `/tmp/${'x'.repeat(110)}`,
    osUser: { ...other.config.osUser, uid: 4711 },
    parameters: { fsync: 'off' },
  });
  await new Promise((resolve) => taken.close(resolve));
  expect(problems.map((problem) => problem.code)).toEqual([
    'missing-binary',
    ...(process.getuid?.() === 0 ? [] : ['no-permission']),
    'wrong-owner',
    'path-too-long',
    'port-in-use',
    'refused-parameter',
  ]);
  for (const problem of problems) expect(problem.remedy).toBeTruthy();
  const mistaken = await checkPostgresHost({ ...primary.config, replication: wrong });
  expect(mistaken).toMatchObject([{ code: 'wrong-password' }]);
});

test('no password stands in the access rules, the settings, or the log', async () => {
  const { dataDir } = primary.config;
  for (const path of [
    join(dataDir, 'mha4rdb.conf'),
    join(dataDir, 'pg_hba.conf'),
    join(dataDir, 'postgresql.conf'),
    `${dataDir}.mha4rdb/server.log`,
  ]) {
    const text = await readFile(path, 'utf8');
    expect(text).not.toContain("su'per:pass");
    expect(text).not.toContain('repl\\pass');
  }
  expect(lab.logged.join()).not.toContain('pass;');
});

test("an adopted directory keeps its own rules behind the operator's, and its contents", async () => {
  const { dataDir, osUser } = other.config;
  for (const name of ['mha4rdb.created', 'mha4rdb.conf', 'standby.signal']) {
    await unlink(join(dataDir, name));
  }
  const hba = join(dataDir, 'pg_hba.conf');
  await writeFile(hba, '# by hand\nhost all legacy 127.0.0.0/8 md5\n');
  await writeFile(join(dataDir, 'postgresql.conf'), 'work_mem = 5MB\nport = 1\n');
  await chown(hba, osUser.uid, osUser.gid);
  expect(await failure(other.engine.initialize(soon))).toBe('not-ours');
  await done(other.engine.startSealed(soon));
  await done(other.engine.promote(soon));
  await done(other.engine.writeMarker({ epoch: 3 as never, first: false }, soon));
  // It was another cluster's once: the first marker of a new cluster counts from the beginning.
  expect(await failure(other.engine.writeMarker({ epoch: 2 as never, first: false }, soon))).toBe(
    'refused',
  );
  await done(other.engine.writeMarker({ epoch: 2 as never, first: true }, soon));
  expect(await ask(other, 'select epoch::int from mha4rdb.epoch_marker')).toEqual([{ epoch: 2 }]);
  await done(other.engine.admit('all', soon));
  const rules = await ask(
    other,
    `select user_name[1] as name from pg_hba_file_rules where type = 'host' order by line_number`,
  );
  expect(rules.map((row) => row['name']).slice(-2)).toEqual(['app', 'legacy']);
  const [row] = await ask(other, `select current_setting('work_mem') as work_mem`);
  expect(row?.['work_mem']).toBe('5MB');
  expect(await readFile(`${hba}.before-mha4rdb`, 'utf8')).toContain('# by hand');
});
