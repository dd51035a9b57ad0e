import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { install } from './programs/install.js';

jest.setTimeout(120_000);

/** The servers and tools run as this user: PostgreSQL refuses to run as root. */
const OS_USER = 'postgres';
const PROGRAMS = join(__dirname, '../dist/opengauss-front/programs');

let root: string;
let binDir: string;
const homes: string[] = [];

beforeAll(() => {
  root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'mha-front-'));
  binDir = join(root, 'bin');
  const versions = readdirSync('/usr/lib/postgresql').map(Number);
  const names = { control: 'vb_ctl', setSetting: 'vb_guc', initialize: 'vb_initdb' };
  install(
    binDir,
    names,
    {
      postgresBinDir: `/usr/lib/postgresql/${Math.max(...versions)}/bin`,
      osUser: OS_USER,
      users: [],
      failedLoginAttempts: 10,
      passwordLockMs: 86_400_000,
    },
    PROGRAMS,
  );
  chmodSync(root, 0o755);
});

afterAll(() => {
  for (const home of homes) run('vb_ctl', ['stop', '-D', home, '-m', 'immediate']);
  rmSync(root, { recursive: true, force: true });
});

interface Outcome {
  readonly code: number | null;
  readonly text: string;
}

function run(program: string, args: readonly string[], locale = 'C'): Outcome {
  const words = ['-u', OS_USER, '--', 'env', `LC_ALL=${locale}`, join(binDir, program), ...args];
  const done = spawnSync('runuser', words, { encoding: 'utf8', cwd: '/' });
  return { code: done.status, text: done.stdout + done.stderr };
}

interface Server {
  readonly home: string;
  readonly port: number;
  ctl(verb: string, ...args: readonly string[]): Outcome;
  ask(sql: string): Promise<readonly Record<string, unknown>[]>;
}

async function prepare(name: string): Promise<Server> {
  const home = join(root, name);
  const port = await freePort();
  mkdirSync(home, { mode: 0o700 });
  spawnSync('chown', [OS_USER, home]);
  homes.push(home);
  return {
    home,
    port,
    ctl: (verb, ...args) => run('vb_ctl', [verb, '-D', home, '-t', '20', ...args]),
    ask: (sql) => ask(home, port, sql),
  };
}

async function ask(home: string, port: number, sql: string) {
  const session = postgres({
    host: home,
    port,
    user: OS_USER,
    database: 'postgres',
    max: 1,
    fetch_types: false,
    onnotice: () => undefined,
  });
  try {
    return await session.unsafe(sql);
  } finally {
    await session.end({ timeout: 0 }).catch(() => undefined);
  }
}

function configure(server: Server, peer: Server): void {
  const settings = {
    port: server.port,
    unix_socket_directory: server.home,
    application_name: server.home.split('/').at(-1),
    replconninfo1:
      `localhost=127.0.0.1 localport=${server.port + 1} localservice=0 ` +
      `remotehost=127.0.0.1 remoteport=${peer.port + 1} remoteservice=0`,
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}='${value}'`]);
  expect(run('vb_guc', ['set', '-D', server.home, ...args]).text).toContain('Success to perform');
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 15_000;
  for (;;) {
    const over = performance.now() > end;
    const done = await condition().catch((error: unknown) => {
      if (over) throw error;
      return false;
    });
    if (done) return;
    if (over) throw new Error('it never came true');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const stateOf = async (server: Server): Promise<string> => {
  const [row] = await server.ask('select * from pg_stat_get_stream_replications()');
  return `${String(row?.['local_role'])}, ${String(row?.['db_state'])}, ${String(row?.['detail_information'])}`;
};

async function untilStateIs(server: Server, state: string): Promise<void> {
  await until(async () => {
    const now = await stateOf(server);
    if (now !== state) throw new Error(`it is ${now}`);
    return true;
  });
}

describe('the emulated server', () => {
  it('goes the way of a failover by the family’s own programs and functions', async () => {
    const [a, b] = [await prepare('n1'), await prepare('n2')];
    expect(run('vb_initdb', ['-D', a.home, '-U', OS_USER, '--nodename=n1']).text).toContain(
      'Success',
    );
    configure(a, b);
    expect(a.ctl('status')).toMatchObject({ code: 3 });
    expect(a.ctl('query').text).toMatch(/PID file "[^"]*" does not exist/);

    // Pending: nobody is admitted, and only the tool's own words say what it is.
    expect(a.ctl('start', '-M', 'pending').text).toContain('server started (');
    await expect(a.ask('select 1')).rejects.toMatchObject({
      code: '57P03',
      message: 'can not accept connection in pending mode.',
    });
    expect(a.ctl('query').text).toMatch(/^ {8}local_role +: Pending$/m);
    expect(a.ctl('notify', '-M', 'primary', '-T', '7').text).toContain('mode change to Primary');
    expect(await stateOf(a)).toBe('Primary, Normal, Normal');
    expect(await a.ask('select gs_write_term_log() as done')).toEqual([{ done: true }]);
    await a.ask('create table t (n int)');

    // A copy, which follows.
    run('vb_initdb', ['-D', b.home, '-U', OS_USER, '--nodename=n2']);
    configure(b, a);
    expect(b.ctl('build', '-b', 'full', '-M', 'standby').text).toContain('server started (');
    await untilStateIs(b, 'Standby, Normal, Normal');
    expect(b.ctl('query').text).toMatch(/^\treceiver_flush_location +: [0-9A-F]+\/[0-9A-F]+$/m);
    expect(a.ctl('query').text).toMatch(/^\tpeer_role +: Standby$/m);
    await a.ask('insert into t values (1)');

    // Locked: it follows nobody, also over a restart; what it has is final.
    await until(async () => {
      await b.ask(`select disable_conn('prohibit_connection', '', 0)`);
      return true;
    });
    expect(await stateOf(b)).toBe('Standby, Need repair, Disconnected');
    const [position] = await b.ask('select term, lsn from pg_last_xlog_replay_location()');
    expect(position).toMatchObject({ term: '7' });
    await a.ask('insert into t values (2)');
    expect(b.ctl('stop', '-m', 'fast')).toMatchObject({ code: 0 });
    expect(b.ctl('start', '-M', 'standby')).toMatchObject({ code: 0 });
    expect(await stateOf(b)).toBe('Standby, Need repair, Disconnected');
    expect(await b.ask('select count(*)::int as n from t')).toEqual([{ n: 1 }]);

    // Promotion asks nobody; the old primary comes back by a build.
    expect(b.ctl('failover', '-T', '8').text).toContain(`failover completed (${b.home})`);
    expect(await stateOf(b)).toBe('Primary, Normal, Normal');
    expect(a.ctl('stop', '-m', 'immediate')).toMatchObject({ code: 0 });
    expect(a.ctl('build', '-b', 'auto', '-M', 'standby').text).toContain('build completed');
    expect(a.ctl('querybuild').text).toMatch(/db_state +: Build completed/);
    await untilStateIs(a, 'Standby, Normal, Normal');
    await until(async () => (await a.ask('select n from t')).length === 1);
  });

  it('speaks Chinese where it is not told otherwise, and refuses an expired licence', async () => {
    const server = await prepare('n3');
    run('vb_initdb', ['-D', server.home, '-U', OS_USER, '--nodename=n3']);
    const stopped = run('vb_ctl', ['query', '-D', server.home], 'zh_CN.UTF-8');
    expect(stopped.text).toContain('不存在');
    writeFileSync(join(server.home, 'licence-expired'), '');
    expect(server.ctl('start', '-M', 'pending')).toMatchObject({ code: 1 });
    expect(server.ctl('start', '-M', 'pending').text).toContain('License expired');
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
