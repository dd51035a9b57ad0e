import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { addDuration, durationOf, instantOf, type Instant } from '@mha4rdb/kernel';
import { eventually } from '../fixtures/eventually.js';
import { HookKeeper } from './hook-keeper.js';
import { runHookCommand } from './hook-command.js';

/** A file stands for the address in the cloud; a log shows what was run, and how it nested. */
let cloud: string;
let keepers: HookKeeper[] = [];
beforeEach(() => {
  cloud = mkdtempSync(path.join(tmpdir(), 'hook-'));
});
afterEach(() => {
  for (const keeper of keepers) keeper.close();
  keepers = [];
  rmSync(cloud, { recursive: true });
});

const now = (): Instant => instantOf(performance.now());
const forLong = (): Instant => addDuration(now(), 60_000);
const log = (): readonly string[] =>
  existsSync(path.join(cloud, 'log'))
    ? readFileSync(path.join(cloud, 'log'), 'utf8').trim().split('\n')
    : [];
const isInCloud = (): boolean => existsSync(path.join(cloud, 'address'));

const within = (look: () => boolean): Promise<boolean> =>
  eventually('what was waited for', 10_000, look);

function shell(name: string, body: string): readonly string[] {
  const script = `echo "begin ${name} $MHA_VIP $MHA_EPOCH" >> ${cloud}/log\n${body}\n`;
  return ['/bin/sh', '-c', script];
}

function keeper(commands: Partial<Record<'acquire' | 'release' | 'status', string>> = {}) {
  const problems: string[] = [];
  const made = new HookKeeper({
    address: '203.0.113.10/32',
    commands: {
      acquire: shell('acquire', commands.acquire ?? `touch ${cloud}/address`),
      release: shell('release', commands.release ?? `rm -f ${cloud}/address`),
      status: shell('status', commands.status ?? `[ -e ${cloud}/address ]`),
    },
    timeoutMs: durationOf(3000),
    now,
    env: () => ({ MHA_VIP: '203.0.113.10', MHA_EPOCH: '7' }),
    onChanged: () => undefined,
    onProblem: (message) => problems.push(message),
  });
  keepers.push(made);
  return { keeper: made, problems };
}

test('acquired under a grant, verified, and released when the grant is withdrawn', async () => {
  const { keeper: held, problems } = keeper();
  held.want(forLong());
  await within(() => held.isHeld);
  expect(isInCloud()).toBe(true);
  held.want(null);
  await within(() => !held.isHeld);
  expect(isInCloud()).toBe(false);
  expect(log()).toEqual(
    ['status', 'acquire', 'status', 'release', 'status'].map(
      (name) => `begin ${name} 203.0.113.10 7`,
    ),
  );
  expect(problems).toEqual([]);
});

test('what a former life left is looked at first, and released where it may not be', async () => {
  writeFileSync(path.join(cloud, 'address'), '');
  const { keeper: heir } = keeper();
  heir.want(null);
  await within(() => log().length >= 3);
  expect(isInCloud()).toBe(false);
  expect(log().map((line) => line.split(' ')[1])).toEqual(['status', 'release', 'status']);
});

test('an address that is not here is never released: another host may have it', async () => {
  const { keeper: standby } = keeper();
  standby.want(null);
  await within(() => log().length >= 1);
  standby.want(null);
  standby.want(null);
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(log().join()).not.toMatch(/release|acquire/);
});

test('an acquisition is killed with all it started when its permission ends, and then undone', async () => {
  const { keeper: slow } = keeper({ acquire: `touch ${cloud}/address\nsleep 30 & sleep 30` });
  slow.want(forLong());
  await within(isInCloud);
  slow.want(null);
  await within(() => !isInCloud());
  expect(log().map((line) => line.split(' ')[1])).toEqual([
    ...['status', 'acquire', 'status', 'release'],
    ...(log().length > 4 ? ['status'] : []),
  ]);
});

test('a status that fails leaves the address held as seen last, and people are told once', async () => {
  const { keeper: odd, problems } = keeper({
    status: `[ -e ${cloud}/broken ] && { echo no answer; exit 7; }\n[ -e ${cloud}/address ]`,
    release: 'exit 0',
  });
  odd.want(forLong());
  await within(() => odd.isHeld);
  writeFileSync(path.join(cloud, 'broken'), '');
  odd.want(null);
  await within(() => problems.length > 0);
  expect(problems[0]).toMatch(/203\.0\.113\.10\/32: the status command exited 7: no answer/);
  expect(odd.isHeld).toBe(true);
});

test('a command that hangs is killed at its deadline; one that is missing is told', async () => {
  const hanging = await runHookCommand(['/bin/sh', '-c', 'echo hi; sleep 30'], {}, 200).ended;
  expect(hanging.exitCode).toBeNull();
  expect(hanging.output).toMatch(/killed after 200 ms/);
  const missing = await runHookCommand(['/nowhere/hook'], {}, 1000).ended;
  expect(missing).toMatchObject({ exitCode: null });
  expect(missing.output).toMatch(/ENOENT/);
  // Not an event, as most failures, but thrown.
  const odd = await runHookCommand(['/etc/passwd/hook'], {}, 1000).ended;
  expect(odd).toMatchObject({ exitCode: null });
  expect(odd.output).toMatch(/ENOTDIR/);
});

test('a command gets its own environment, and none of the agent’s', async () => {
  process.env['PGPASSWORD'] = 'hush';
  const { output } = await runHookCommand(['/usr/bin/env'], { MHA_NODE: 'n1' }, 2000).ended;
  delete process.env['PGPASSWORD'];
  expect(output.split('\n').map((line) => line.split('=')[0])).toEqual(
    expect.arrayContaining(['PATH', 'MHA_NODE']),
  );
  expect(output).not.toMatch(/hush/);
});
