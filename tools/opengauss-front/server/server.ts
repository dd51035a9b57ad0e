import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredUser } from '../door/challenge.js';
import { Door } from '../door/door.js';
import { methodFor } from './access.js';
import { Backend, type BackendWish } from './backend.js';
import {
  frontLayout,
  readIfThere,
  readReplConnInfos,
  readSettings,
  readTerm,
  replaceFile,
  type FrontLayout,
} from './layout.js';

export type Mode = 'Pending' | 'Standby' | 'Primary' | 'Normal';

/** What belongs to the installation and not to one data directory; `front.json` beside the programs. */
export interface Installation {
  readonly postgresBinDir: string;
  readonly osUser: string;
  readonly users: readonly StoredUser[];
  readonly failedLoginAttempts: number;
  readonly passwordLockMs: number;
}

const POLL_MS = 10;
const PENDING = { sqlState: '57P03', words: 'can not accept connection in pending mode.' };
/** Who may come in while it is pending: `xc_maintenance_mode=on`, `remotetype=internaltool`. */
const INNER_TOOLS = new Set(['gs_ctl', 'cm_agent', 'OM', 'gsql -m']);

/** One emulated server: a door, a PostgreSQL server behind it, and the mode that both are in. */
export class FrontServer {
  private readonly layout: FrontLayout;
  private readonly backend: Backend;
  private readonly door: Door;
  private settings: ReadonlyMap<string, string>;
  private stopping = false;
  private working = Promise.resolve();

  constructor(
    dataDir: string,
    private mode: Mode,
    installation: Installation,
  ) {
    this.layout = frontLayout(dataDir);
    this.settings = readSettings(this.layout.conf);
    const { osUser, postgresBinDir } = installation;
    this.backend = new Backend(this.layout, postgresBinDir, osUser, this.port + 1);
    const report = (event: object): void => {
      process.stdout.write(`${JSON.stringify(event)}\n`);
    };
    const { users, failedLoginAttempts, passwordLockMs } = installation;
    this.door = new Door(
      {
        listen: { host: '0.0.0.0', port: this.port },
        socketDir: this.settings.get('unix_socket_directory') ?? '/tmp',
        server: { socketDir: this.backend.socket, port: this.port + 1 },
        method: (client) => methodFor(readIfThere(this.layout.hba), client),
        users,
        initialUser: osUser,
        failedLoginAttempts,
        passwordLockMs,
        newestMinor: 51,
      },
      report,
      (parameters) => this.refusal(parameters),
    );
  }

  private get port(): number {
    return Number(this.settings.get('port') ?? 5432);
  }

  async start(): Promise<void> {
    this.listenToSignals();
    this.writePid('starting');
    this.writeForSql();
    await this.backend.start(this.wish(), () => {
      if (!this.stopping) process.exit(1);
      rmSync(this.layout.pidFile, { force: true });
      process.exit(0);
    });
    if (this.mode === 'Primary' || this.mode === 'Normal') await this.becomePrimary();
    await this.door.open();
    this.pollDisableConn();
    this.writePid('ready');
  }

  private writePid(status: 'starting' | 'ready'): void {
    replaceFile(this.layout.pidFile, `${process.pid}\n${this.layout.dataDir}\n${status}\n`);
  }

  private refusal(parameters: ReadonlyMap<string, string>): typeof PENDING | undefined {
    if (this.stopping) {
      return { sqlState: '57P03', words: 'the database system is shutting down' };
    }
    if (this.mode !== 'Pending') return undefined;
    const options = parameters.get('options') ?? '';
    const isTool =
      INNER_TOOLS.has(parameters.get('application_name') ?? '') &&
      options.includes('xc_maintenance_mode=on') &&
      options.includes('remotetype=internaltool');
    return isTool ? undefined : PENDING;
  }

  private listenToSignals(): void {
    process.on('SIGHUP', () => this.reload());
    process.on('SIGUSR1', () => this.enqueue(() => this.readTriggers()));
    process.on('SIGINT', () => this.stop('SIGINT'));
    process.on('SIGTERM', () => this.stop('SIGINT'));
    process.on('SIGQUIT', () => this.stop('SIGQUIT'));
  }

  private stop(signal: NodeJS.Signals): void {
    this.stopping = true;
    this.door.close();
    this.backend.kill(signal);
  }

  private reload(): void {
    this.settings = readSettings(this.layout.conf);
    this.writeForSql();
    this.backend.configure(this.wish());
    this.backend.reload();
  }

  private enqueue(work: () => Promise<void>): void {
    this.working = this.working.then(work).catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
    });
  }

  /** The files that `gs_ctl` leaves in the data directory before it sends the signal. */
  private async readTriggers(): Promise<void> {
    const take = (name: string): boolean => {
      const path = join(this.layout.dataDir, name);
      const there = existsSync(path);
      rmSync(path, { force: true });
      return there;
    };
    if (take('failover') && this.mode === 'Standby') await this.becomePrimary();
    if (take('primary') && this.mode === 'Pending') await this.becomePrimary();
    if (take('standby') && this.mode === 'Pending') this.become('Standby');
  }

  private async becomePrimary(): Promise<void> {
    if (!(await this.backend.isPrimary())) await this.backend.promote();
    this.become(this.mode === 'Normal' ? 'Normal' : 'Primary');
  }

  private become(mode: Mode): void {
    this.mode = mode;
    this.reload();
  }

  private writeForSql(): void {
    const { layout } = this;
    replaceFile(layout.sqlMode, this.mode);
    replaceFile(layout.sqlTerm, String(readTerm(layout.termFile)));
    replaceFile(join(layout.pg, 'front.peers'), String(readReplConnInfos(this.settings).length));
  }

  private wish(): BackendWish {
    const standby = this.mode === 'Pending' || this.mode === 'Standby';
    const upstream = this.mode === 'Standby' ? this.upstream() : undefined;
    return {
      standby,
      haPort: this.port + 1,
      ...(upstream === undefined ? {} : { upstream }),
      applicationName: this.settings.get('application_name') ?? 'walreceiver',
      synchronousStandbyNames: this.settings.get('synchronous_standby_names') ?? '',
      sharedBuffers: this.settings.get('shared_buffers') ?? '16MB',
      custom: Object.fromEntries([...this.settings].filter(([name]) => name.includes('.'))),
    };
  }

  /** Whom `disable_conn` lets it follow. */
  private upstream(): BackendWish['upstream'] {
    const [mode = '', host = '', port = ''] = readIfThere(this.layout.sqlConn).trim().split(' ');
    if (mode === 'prohibit_connection') return undefined;
    if (mode === 'specify_connection') return { host, port: Number(port) };
    const [first] = readReplConnInfos(this.settings);
    return first === undefined ? undefined : { host: first.remoteHost, port: first.remotePort };
  }

  /** `disable_conn` in SQL writes a file; here it takes effect, and the function is told. */
  private pollDisableConn(): void {
    let taken = '';
    setInterval(() => {
      const wanted = readIfThere(this.layout.sqlConn).trim();
      const term = String(readTerm(this.layout.termFile));
      if (readIfThere(this.layout.sqlTerm) !== term) replaceFile(this.layout.sqlTerm, term);
      if (wanted === taken) return;
      taken = wanted;
      this.reload();
      replaceFile(this.layout.sqlConnDone, wanted);
    }, POLL_MS);
  }
}

export function readInstallation(binDir: string): Installation {
  return JSON.parse(readFileSync(join(binDir, 'front.json'), 'utf8')) as Installation;
}
