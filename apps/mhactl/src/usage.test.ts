import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { healthyDual, ScriptedCluster, Stage } from '@mha4rdb/client/testing';
import { mhactl, MhactlProcess } from './testing/mhactl-process.js';
import { VERSION } from './version.js';

const stage = new Stage();
const directory = mkdtempSync(join(tmpdir(), 'mhactl-test-'));

afterEach(() => stage.clear());
afterAll(() => rmSync(directory, { recursive: true }));

const REFUSING = '127.0.0.1:1';

describe('mhactl', () => {
  test('knows its version', async () => {
    const manifest = readFileSync(join(__dirname, '../package.json'), 'utf8');
    expect(VERSION).toBe((JSON.parse(manifest) as { version: string }).version);
    expect(await mhactl([], '--version')).toMatchObject({ code: 0, stdout: `${VERSION}\n` });
  });

  test('helps, and names its exit codes', async () => {
    const { code, stdout } = await mhactl([], '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('Exit codes: 0 done');
  });

  test.each([
    [['levitate']],
    [['status', '--colour']],
    [['status', '-o', 'xml']],
    [['status', '--timeout', 'soon']],
    [['history', '--last', 'many']],
    [['history', 'show']],
    [['completion', 'tcsh']],
    [[]],
  ])('%j is a usage error, on standard error only', async (args) => {
    const { code, stdout, stderr } = await mhactl([REFUSING], ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).not.toBe('');
  });

  test('needs to know whom to ask', async () => {
    const { code, stderr } = await new MhactlProcess(['status']).ended;
    expect(code).toBe(2);
    expect(stderr).toContain('MHACTL_ENDPOINTS');
  });

  test('does not speak http by itself', async () => {
    const { code, stderr } = await new MhactlProcess(['status', '--endpoint', 'http://n1:7400'])
      .ended;
    expect(code).toBe(2);
    expect(stderr).toContain('not encrypted');
  });

  test.each(['status', 'topology', 'watch', 'history', 'explain', 'switchover', 'pause'])(
    '%s exits 5 when no member is reachable',
    async (command) => {
      const { code, stdout, stderr } = await mhactl([REFUSING], command, '-o', 'json');
      expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
      expect(stderr).toContain('no-member-reachable');
    },
  );

  test('does not hang on a member that never answers', async () => {
    const { code } = await mhactl([await stage.blackHole()], 'status', '--timeout', '700ms');
    expect(code).toBe(5);
  });

  test('prints a completion script', async () => {
    const { code, stdout } = await mhactl([], 'completion', 'bash');
    expect(code).toBe(0);
    expect(stdout).toContain('history) words="show --last"');
    expect(stdout).toMatch(/member\) words="list add .*--role --address .*remove"/);
    expect(stdout).toContain('complete -F _mhactl mhactl');
  });
});

describe('the configuration file', () => {
  test('is written with comments, once', async () => {
    const file = join(directory, 'new', 'config.yaml');
    expect(await mhactl([], 'init', '--config', file)).toMatchObject({
      code: 0,
      stdout: `${file}\n`,
    });
    expect(readFileSync(file, 'utf8')).toContain('# HOST:PORT of some members');
    expect(await mhactl([], 'init', '--config', file)).toMatchObject({ code: 3 });
  });

  test('names clusters, and files beside it', async () => {
    const cluster = new ScriptedCluster(healthyDual());
    const member = await stage.member(cluster, 'n2');
    const file = join(directory, 'config.yaml');
    writeFileSync(join(directory, 'token'), 'secret\n');
    writeFileSync(
      file,
      `current: other
contexts:
  lab: { endpoints: ["${member.address}"], insecure: true, tokenFile: token }
  other: { endpoints: ["${REFUSING}"], insecure: true }
`,
    );
    const env = { MHACTL_CONFIG: file };
    const chosen = await new MhactlProcess(['status', '--context', 'lab'], env).ended;
    expect(chosen).toMatchObject({ code: 0 });
    expect(member.lastAuthorization()).toBe('Bearer secret');
    const current = await new MhactlProcess(['status'], env).ended;
    expect(current).toMatchObject({ code: 5 });
    expect(await new MhactlProcess(['status', '--context', 'prod'], env).ended).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there are: lab, other') as string,
    });
  });

  test.each([
    ['contexts: [', 'at line 1, column 12'],
    ['contexts: 3', '"contexts" must map names'],
    ['current: a\ncontexts: { a: { endpoint: n1 } }', 'contexts.a.endpoint is not known'],
    ['current: a\ncontexts: { a: { endpoints: n1 } }', 'contexts.a.endpoints must be a list'],
  ])('%j is refused', async (text, message) => {
    const file = join(directory, 'bad.yaml');
    writeFileSync(file, text);
    const { code, stderr } = await new MhactlProcess(['status', '--config', file]).ended;
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain(file);
  });
});
