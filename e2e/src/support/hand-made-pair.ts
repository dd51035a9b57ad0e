import { type Lab, type Member, consumerSql, runCommand } from '@mha4rdb/tools/lab';

const VIP = '10.77.0.100/24';

/** A primary and a standby without any agent, to find out what the lab itself can see. */
export class HandMadePair {
  constructor(private readonly lab: Lab) {}

  async build(): Promise<void> {
    const [first, second] = this.lab.dataMembers as [Member, Member];
    const { binDir } = this.lab;
    for (const { dataDir } of [first, second]) {
      await runCommand('install', ['-d', '-o', 'postgres', '-g', 'postgres', '-m', '700', dataDir]);
    }
    await this.#asPostgres(first, [
      `${binDir}/initdb`,
      '-D',
      first.dataDir,
      '-A',
      'trust',
      '-U',
      'postgres',
      '-N',
    ]);
    await runCommand('sh', ['-c', `cat >> ${first.dataDir}/pg_hba.conf`], {
      input: 'host all all 10.77.0.0/24 trust\nhost replication all 10.77.0.0/24 trust\n',
    });
    await this.start(first);
    const sql = consumerSql(this.lab.consumer);
    await this.lab.sql(first, sql.cluster, 'postgres');
    await this.lab.sql(first, sql.database);
    await this.takeVip(first);
    await this.#asPostgres(second, [
      `${binDir}/pg_basebackup`,
      '-D',
      second.dataDir,
      '-R',
      '-X',
      'stream',
      '-c',
      'fast',
      '-d',
      `host=${first.plan.address} user=postgres`,
    ]);
    await this.start(second);
  }

  async start(member: Member): Promise<void> {
    const options = `-c listen_addresses=* -c unix_socket_directories=${member.socketDir}`;
    await this.#asPostgres(member, [
      `${this.lab.binDir}/pg_ctl`,
      'start',
      '-w',
      '-D',
      member.dataDir,
      '-l',
      `${member.socketDir}/postgres.log`,
      '-o',
      options,
    ]);
  }

  async promote(member: Member): Promise<void> {
    await this.#asPostgres(member, [
      `${this.lab.binDir}/pg_ctl`,
      'promote',
      '-w',
      '-D',
      member.dataDir,
    ]);
  }

  async takeVip(member: Member): Promise<void> {
    const [file, ...args] = member.host.command(['ip', 'addr', 'add', VIP, 'dev', 'eth0']);
    await runCommand(file, args);
    const [arping, ...announce] = member.host.command([
      'arping',
      '-U',
      '-c',
      '1',
      '-w',
      '1',
      '-I',
      'eth0',
      VIP.split('/')[0] ?? '',
    ]);
    await runCommand(arping, announce);
  }

  async #asPostgres(member: Member, command: readonly string[]): Promise<void> {
    const [file, ...args] = member.host.command(['runuser', '-u', 'postgres', '--', ...command]);
    await runCommand(file, args, { cwd: '/', timeoutMs: 60_000 });
  }
}
