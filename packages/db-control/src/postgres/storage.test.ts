import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judgeStorage } from '@mha4rdb/db-probe';
import {
  ask,
  becomePrimary,
  createLab,
  done,
  failure,
  soon,
  until,
  within,
  type Lab,
} from './lab.test-support.js';
import { StoragePulse } from './storage-pulse.js';

jest.setTimeout(60_000);

/** Mounts a file system of its own for the test; null where the kernel refuses. */
function mounted(kind: 'tmpfs' | 'ext4', megabytes: number, at: string): (() => void) | null {
  mkdirSync(at, { recursive: true });
  try {
    if (kind === 'tmpfs') run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', at);
    else {
      writeFileSync(`${at}.img`, '');
      truncateSync(`${at}.img`, megabytes << 20);
      run('mkfs.ext4', '-q', `${at}.img`);
      run('mount', '-o', 'loop', `${at}.img`, at);
    }
  } catch {
    return null;
  }
  return () => run('umount', '--lazy', at);
}

const run = (file: string, ...args: string[]): void => {
  execFileSync(file, args, { stdio: 'ignore' });
};

/** Skipped with the reason where no file system can be mounted (no root, or not in this container). */
function withMount(kind: 'tmpfs' | 'ext4', megabytes: number, body: (at: string) => Promise<void>) {
  return async () => {
    const root = await mkdtemp(join(tmpdir(), 'mha-storage-'));
    chmodSync(root, 0o755);
    const at = join(root, 'volume');
    const unmount = mounted(kind, megabytes, at);
    try {
      if (unmount === null) console.warn(`skipped: this host mounts no ${kind} for the test`);
      else await body(at);
    } finally {
      unmount?.();
      await rm(root, { recursive: true, force: true });
    }
  };
}

const me = () => ({ name: 'me', uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 });

test(
  'a frozen file system is seen as stalled from outside of it, and as well again once it thaws',
  withMount('ext4', 32, async (at) => {
    mkdirSync(join(at, 'pg_wal'));
    let skipped = 0;
    const pulse = new StoragePulse(
      { dataDir: at, osUser: me() },
      () => performance.now() + skipped,
    );
    pulse.beat();
    await until(() => pulse.findings().free !== null);
    expect(judgeStorage(pulse.findings())).toMatchObject({ failed: false });
    run('fsfreeze', '--freeze', at);
    try {
      skipped += 6000;
      pulse.beat();
      skipped += 9000;
      expect(judgeStorage(pulse.findings())).toMatchObject({ failed: false });
      skipped += 2000;
      expect(judgeStorage(pulse.findings())).toMatchObject({
        failed: true,
        problem: expect.stringMatching(/has not taken a write for 1\d s/) as string,
      });
    } finally {
      run('fsfreeze', '--unfreeze', at);
    }
    await until(() => pulse.findings().pendingMs === null);
    expect(judgeStorage(pulse.findings()).failed).toBe(false);
  }),
);

test(
  'a file system that was set read-only is broken; one that fills up is said',
  withMount('tmpfs', 8, async (at) => {
    mkdirSync(join(at, 'pg_wal'));
    let skipped = 0;
    const pulse = new StoragePulse(
      { dataDir: at, osUser: me() },
      () => performance.now() + skipped,
    );
    pulse.beat();
    await until(() => pulse.findings().free !== null);
    expect(judgeStorage(pulse.findings()).problem).toMatch(/pg_wal has [78] MB left/);
    run('mount', '-o', 'remount,ro', at);
    skipped += 6000;
    pulse.beat();
    await until(() => pulse.findings().error !== null);
    expect(judgeStorage(pulse.findings())).toEqual({
      failed: true,
      problem: 'the data directory takes no writes: Read-only file system',
    });
  }),
);

test('without a shell that can be run, nothing is said about the storage', async () => {
  const nobody = { name: 'x', uid: me().uid, gid: me().gid };
  const pulse = new StoragePulse({ dataDir: '/nowhere/at/all', osUser: nobody });
  pulse.beat();
  await until(() => pulse.findings().pendingMs === null);
  expect(judgeStorage(pulse.findings())).toEqual({ failed: false, problem: null });
});

describe('a full disk under the log', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await createLab(1);
  });
  afterAll(() => lab.dispose());

  test(
    'is announced, ends the server, does not keep it from answering, and stops a promotion by name',
    withMount('tmpfs', 80, async (at) => {
      const [node] = lab.nodes;
      if (node === undefined) throw new Error('no node');
      const { uid, gid } = node.config.osUser;
      await chown(at, uid, gid);
      await becomePrimary(node, 1);
      await done(node.engine.stop('fast', soon));
      run('sh', '-c', `mv ${node.config.dataDir}/pg_wal ${at}/wal && chown -R ${uid} ${at}`);
      run('ln', '-s', join(at, 'wal'), join(node.config.dataDir, 'pg_wal'));
      await done(node.engine.startSealed(soon));
      await done(node.engine.seal(soon));
      await done(node.engine.promote(soon));
      await until(async () =>
        /pg_wal has \d+ MB left/.test((await node.engine.observe()).storage ?? ''),
      );
      run('sh', '-c', `dd if=/dev/zero of=${at}/ballast bs=1M 2>/dev/null || true`);
      await ask(node, `select pg_logical_emit_message(true, 'x', repeat('x', 60000000))`).catch(
        () => undefined,
      );
      await until(async () => (await node.engine.observe()).process === 'stopped');
      // Sealed it needs no new log: it can be asked where its log ends, and says what it lacks.
      await done(node.engine.startSealed(soon));
      await done(node.engine.seal(soon));
      run('sh', '-c', `dd if=/dev/zero of=${at}/more bs=64k 2>/dev/null || true`);
      await until(async () => /has 0 MB left/.test((await node.engine.observe()).storage ?? ''));
      expect(await node.engine.observe()).toMatchObject({ role: 'standby', works: true });
      expect(await failure(node.engine.promote(within(10_000)))).toBe('no-space');
      await until(async () => (await node.engine.observe()).process === 'stopped');
      run('rm', join(at, 'ballast'), join(at, 'more'));
      await done(node.engine.startSealed(soon));
      await done(node.engine.seal(soon));
      await done(node.engine.promote(soon));
      expect(await node.engine.observe()).toMatchObject({ role: 'primary', works: true });
      expect(statSync(at).isDirectory()).toBe(true);
      await done(node.engine.stop('immediate', soon));
    }),
  );
});
