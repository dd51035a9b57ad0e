import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import {
  type CommandResult,
  type ConfigOverrides,
  Lab,
  type LabOptions,
  type Member,
  programPath,
  runCommand,
  tryCommand,
  waitUntil,
} from '@mha4rdb/tools/lab';

const PORT_HOLDER =
  "require('node:net').createServer().listen(Number(process.argv[1]), '0.0.0.0', () => console.log('listening'))";

/** What people get wrong: each is answered with one clear error, and no data is touched. */
describe('bad input', () => {
  let lab: Lab | undefined;

  async function build(options: LabOptions): Promise<{ lab: Lab; member: Member }> {
    lab = await Lab.create(options);
    return { lab, member: lab.member('n1') };
  }

  afterEach(() => {
    lab?.destroy();
    lab = undefined;
  });

  function single(overrides: ConfigOverrides): Promise<{ lab: Lab; member: Member }> {
    return build({ mode: 'single', overrides: () => overrides });
  }

  function agent(member: Member, args: readonly string[]): Promise<CommandResult> {
    const program = [programPath('mha-agent'), '--config', member.configFile, ...args];
    const [file, ...rest] = member.host.command(program);
    return tryCommand(file, rest, { timeoutMs: 15_000 });
  }

  function said({ stdout, stderr }: CommandResult): string {
    return stdout + stderr;
  }

  it('unknown keys and a wrong value are refused at once, each with file, line, path and what would be right', async () => {
    const { member } = await single({ top: { tempo: 1 }, database: { prot: 1, port: 'many' } });
    for (const args of [[], ['--check']]) {
      const result = await agent(member, args);
      expect(result.code).toBe(1);
      expect(said(result)).toMatch(place(member, 'tempo', 'tempo.*timing'));
      expect(said(result)).toMatch(place(member, 'prot', 'database\\.prot.*port'));
      expect(said(result)).toMatch(place(member, 'port', 'database\\.port.*many'));
    }
    expect(existsSync(member.dataDir)).toBe(false);
  });

  it('a timing that does not exist is refused with those that do', async () => {
    const { member } = await single({ top: { timing: 'sporty' } });
    const result = await agent(member, []);
    expect(result.code).toBe(1);
    expect(said(result)).toMatch(place(member, 'timing', 'timing.*sporty.*balanced'));
  });

  it('a missing binary is named with what to install', async () => {
    const { member } = await single({ database: { binDir: '/nowhere/bin' } });
    const result = await agent(member, ['--check']);
    expect(result.code).toBe(1);
    expect(said(result)).toMatch(/\/nowhere\/bin\/postgres.*(install|binDir)/);
  });

  it('a port of the agent that is in use is named', async () => {
    const { member } = await single({});
    await holdPort(member, 7400);
    for (const args of [[], ['--check']]) {
      const result = await agent(member, args);
      expect(result.code).not.toBe(0);
      expect(said(result)).toMatch(/10\.77\.0\.11:7400/);
    }
  });

  it('a database port that another program uses is named, and that program is left alone', async () => {
    const { member } = await single({});
    const holder = await holdPort(member, 5432);
    const result = await agent(member, ['--check']);
    expect(result.code).toBe(1);
    expect(said(result)).toMatch(/5432/);
    expect(() => process.kill(holder, 0)).not.toThrow();
  });

  it('without the right to set addresses, the agent says which right is missing', async () => {
    const { member } = await single({});
    const program = [programPath('mha-agent'), '--config', member.configFile, '--check'];
    await runCommand('chmod', ['-R', 'a+rX', member.directory]);
    const command = ['setpriv', '--bounding-set=-net_admin,-net_raw', ...program];
    const [file, ...rest] = member.host.command(command);
    const result = await tryCommand(file, rest, { timeoutMs: 15_000 });
    expect(result.code).toBe(1);
    expect(said(result)).toMatch(/CAP_NET_ADMIN|CAP_NET_RAW/);
  });

  it('a directory that holds something else is not touched', async () => {
    const { member } = await single({});
    await runCommand('install', ['-d', '-o', 'postgres', '-m', '700', member.dataDir]);
    writeFileSync(`${member.dataDir}/thesis.txt`, 'ten years of work');
    const result = await agent(member, ['--check']);
    expect(result.code).toBe(1);
    expect(said(result)).toContain(member.dataDir);
    member.agent.start();
    await sees(member, /holds something that is not a database/);
    expect(readFileSync(`${member.dataDir}/thesis.txt`, 'utf8')).toBe('ten years of work');
    expect(readdirSync(member.dataDir)).toEqual(['thesis.txt']);
  });

  it('a data directory of another cluster is refused and kept', async () => {
    const { lab: built } = await build({ mode: 'dual' });
    await built.form();
    const foreign = built.member('n2');
    await foreign.powerOff();
    await runCommand('mv', [foreign.dataDir, `${foreign.directory}/pg.own`]);
    await runCommand('install', ['-d', '-o', 'postgres', '-m', '700', foreign.dataDir]);
    await initDatabase(built, foreign);
    const before = await systemIdentifier(built, foreign);
    await foreign.powerOn();
    const { reasons } = await built.waitStatus(
      'the reason why n2 does not join',
      (status) => /system identifier|another cluster|other cluster/i.test(status.reasons.join()),
      30_000,
    );
    expect(reasons.join()).toContain('n2');
    expect(await systemIdentifier(built, foreign)).toBe(before);
  });

  it('a member that never answers is named, and the cluster does not form without a majority', async () => {
    const { lab: built, member } = await build({ mode: 'dual' });
    member.agent.start();
    const status = await built.waitStatus(
      'a status that names the absent members',
      ({ reasons }) => /n2/.test(reasons.join()) && /n3/.test(reasons.join()),
      20_000,
    );
    expect(status.verdict).toBe('unavailable');
    expect(existsSync(`${member.dataDir}/PG_VERSION`)).toBe(false);
  });

  it('a wrong password of the superuser is named, and the data directory stays', async () => {
    const { lab: built, member } = await build({ mode: 'single' });
    await built.form();
    await member.powerOff();
    writeFileSync(`${member.directory}/superuser.pass`, 'guessed\n', { mode: 0o600 });
    const before = statSync(`${member.dataDir}/PG_VERSION`).mtimeMs;
    rmSync(member.logFile);
    await member.powerOn();
    await sees(member, /password/i);
    expect(statSync(`${member.dataDir}/PG_VERSION`).mtimeMs).toBe(before);
  });

  /** A complaint at the line on which a key stands in a configuration. */
  function place(member: Member, key: string, words: string): RegExp {
    const lines = readFileSync(member.configFile, 'utf8').split('\n');
    const line = lines.findIndex((text) => text.trim().startsWith(`${key}:`)) + 1;
    return new RegExp(`agent\\.yaml:${line}:\\d+: .*${words}`);
  }

  /** Waits until the agent's log says something. */
  async function sees(member: Member, pattern: RegExp): Promise<void> {
    const log = (): string =>
      existsSync(member.logFile) ? readFileSync(member.logFile, 'utf8') : '';
    await waitUntil(() => pattern.test(log()), {
      timeoutMs: 30_000,
      what: `${String(pattern)} in the log of ${member.id}`,
      lastSeen: () => log().slice(-1_500),
    });
  }
});

/** Starts a program that uses a port of a host; it ends with the host. Answers its process id. */
async function holdPort(member: Member, port: number): Promise<number> {
  const { spawn } = await import('node:child_process');
  const [file, ...args] = member.host.command([process.execPath, '-e', PORT_HOLDER, String(port)]);
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child.pid ?? 0;
}

async function initDatabase(lab: Lab, member: Member): Promise<void> {
  const initdb = [`${lab.binDir}/initdb`, '-D', member.dataDir, '-U', 'postgres', '-A', 'trust'];
  await runCommand('runuser', ['-u', 'postgres', '--', ...initdb], { timeoutMs: 60_000, cwd: '/' });
}

async function systemIdentifier(lab: Lab, member: Member): Promise<string> {
  const text = await runCommand(`${lab.binDir}/pg_controldata`, ['-D', member.dataDir]);
  return /system identifier:\s+(\d+)/.exec(text)?.[1] ?? 'none';
}
