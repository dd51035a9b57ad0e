import { spawn, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { replaceFile, readIfThere, type FrontLayout } from './layout.js';

/** What the emulated server wants of the PostgreSQL server behind it. */
export interface BackendWish {
  readonly standby: boolean;
  /** The primary's log port; `undefined` for a standby that follows nobody. */
  readonly upstream?: { readonly host: string; readonly port: number };
  readonly haPort: number;
  readonly applicationName: string;
  readonly synchronousStandbyNames: string;
  readonly sharedBuffers: string;
  /** Settings with a name in two parts, which both kinds of server keep for whoever asks. */
  readonly custom: Readonly<Record<string, string>>;
}

/** The PostgreSQL server behind an emulated one; it ends with the process before it. */
export class Backend {
  private child: ChildProcess | undefined;
  readonly socket: string;

  constructor(
    private readonly layout: FrontLayout,
    private readonly binDir: string,
    private readonly user: string,
    private readonly haPort: number,
  ) {
    this.socket = layout.run;
  }

  /** Starts it; `onExit` is told when it ends. */
  async start(wish: BackendWish, onExit: () => void): Promise<void> {
    const { layout } = this;
    mkdirSync(layout.run, { recursive: true, mode: 0o700 });
    this.configure(wish);
    const signal = join(layout.pg, 'standby.signal');
    if (wish.standby) writeFileSync(signal, '');
    else rmSync(signal, { force: true });
    await untilNobodyWorksIn(layout.pg);
    const log = openSync(layout.log, 'a');
    // One process with threads is what openGauss is: whoever kills it kills all of it.
    const postgresBin = join(this.binDir, 'postgres');
    this.child = spawn('setpriv', ['--pdeathsig', 'KILL', postgresBin, '-D', layout.pg], {
      cwd: layout.pg,
      stdio: ['ignore', log, log],
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    });
    closeSync(log);
    this.child.once('exit', onExit);
    await this.until(async () => {
      await this.sql('select 1');
      return true;
    });
  }

  /** Writes the configuration; in force after the next start or `reload`. */
  configure(wish: BackendWish): void {
    const { upstream } = wish;
    const conninfo =
      upstream === undefined
        ? ''
        : `host=${upstream.host} port=${upstream.port} user=${this.user} ` +
          `application_name=${wish.applicationName} connect_timeout=2`;
    const settings = {
      port: wish.haPort,
      listen_addresses: '*',
      unix_socket_directories: this.layout.run,
      unix_socket_permissions: '0700',
      hba_file: join(this.layout.dataDir, 'front_hba.conf'),
      wal_level: 'replica',
      wal_log_hints: 'on',
      hot_standby: 'on',
      max_wal_senders: 16,
      wal_keep_size: '256MB',
      wal_retrieve_retry_interval: '200ms',
      wal_sender_timeout: '6s',
      wal_receiver_timeout: '6s',
      primary_conninfo: conninfo,
      synchronous_standby_names: wish.synchronousStandbyNames,
      shared_buffers: wish.sharedBuffers,
      recovery_target_timeline: 'latest',
      ...wish.custom,
    };
    replaceFile(
      join(this.layout.dataDir, 'front_hba.conf'),
      'local all all trust\nhost replication all 0.0.0.0/0 trust\nhost all all 0.0.0.0/0 trust\n',
    );
    const lines = Object.entries(settings).map(
      ([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'`,
    );
    replaceFile(join(this.layout.pg, 'postgresql.conf'), `${lines.join('\n')}\n`);
  }

  reload(): void {
    this.child?.kill('SIGHUP');
  }

  async promote(): Promise<void> {
    await this.sql('select pg_promote(true, 60)');
  }

  async isPrimary(): Promise<boolean> {
    const [row] = await this.sql('select pg_is_in_recovery() as standby');
    return row?.['standby'] === false;
  }

  async endClients(): Promise<void> {
    await this.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where backend_type = 'client backend' and pid <> pg_backend_pid()`,
    );
  }

  kill(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  async sql(text: string): Promise<readonly Record<string, unknown>[]> {
    const sql = postgres({
      host: this.socket,
      port: this.haPort,
      user: this.user,
      database: 'postgres',
      max: 1,
      fetch_types: false,
      connect_timeout: 5,
      onnotice: () => undefined,
    });
    try {
      return await sql.unsafe(text);
    } finally {
      await sql.end({ timeout: 0 }).catch(() => undefined);
    }
  }

  /** Waits for a condition that may throw while it is not so yet, at most a minute. */
  async until(condition: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + 60_000;
    for (;;) {
      if (await condition().catch(() => false)) return;
      if (performance.now() > end || this.child?.exitCode !== null) {
        throw new Error(`the server behind did not get ready: ${this.logTail()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  private logTail(): string {
    return readIfThere(this.layout.log).trim().split('\n').slice(-3).join(' | ');
  }
}

/**
 * A server that was killed leaves processes that notice a moment later; nothing may start, and
 * nothing be copied, beside them.
 */
export async function untilNobodyWorksIn(directory: string): Promise<void> {
  for (let tries = 0; tries < 500 && isWorkedIn(directory); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function isWorkedIn(directory: string): boolean {
  return readdirSync('/proc').some((name) => {
    try {
      return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/cwd`) === directory;
    } catch {
      return false;
    }
  });
}
