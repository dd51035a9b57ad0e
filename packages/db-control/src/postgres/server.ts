import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { chown, copyFile, mkdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { StopMode } from '../engine.js';
import type { PostgresConfig } from './config.js';
import type { Deadline } from './deadline.js';
import { DirectoryProcesses } from './directory-processes.js';
import { makeOwnDirectory, removeDurably } from './durable-file.js';
import { EngineFailure } from './failure.js';
import type { Layout } from './layout.js';
import { postmasterOf, processOf, signalProcess, type ProcessView } from './processes.js';

const LOG_LIMIT_BYTES = 16 << 20;
const LOG_TAIL_BYTES = 4096;
const POLL_MS = 5;
/** How often a server that is not our child is looked at; the kernel tells us of a child's end. */
const STRANGER_POLL_MS = 25;
const CHILD_POLL_MS = 1000;
/** A proof that nothing runs is taken again at least this often. */
const QUIET_MS = 1000;

/**
 * The server's processes. They live in a session of their own and outlive the agent; after a restart
 * of the agent they are found again by pid file and kernel.
 */
export class ServerProcess {
  private child: ChildProcess | undefined;
  private known: ProcessView | undefined;
  private logStart = 0;
  private quietSince: number | undefined;
  private readonly processes: DirectoryProcesses;

  constructor(
    private readonly config: Pick<PostgresConfig, 'binDir' | 'osUser' | 'socketDir'>,
    private readonly layout: Layout,
  ) {
    this.processes = new DirectoryProcesses(layout.dataDir);
  }

  /** The postmaster, when it runs. One that is known is asked of the kernel, not of the disk. */
  postmaster(): ProcessView | undefined {
    const now = this.known === undefined ? undefined : processOf(this.known.pid);
    if (now === undefined || now.startTicks !== this.known?.startTicks) {
      this.known = postmasterOf(this.layout.dataDir) ?? this.startingChild();
    }
    return this.known;
  }

  /** Between its start and its pid file a postmaster is known only as our child. */
  private startingChild(): ProcessView | undefined {
    const pid = this.child?.pid;
    const ended = this.child?.exitCode !== null || this.child.signalCode !== null;
    return pid === undefined || ended ? undefined : processOf(pid);
  }

  /** `stopping`: no postmaster, but processes of the data directory are left. */
  state(): 'running' | 'stopping' | 'stopped' {
    if (this.postmaster() !== undefined) {
      this.quietSince = undefined;
      return 'running';
    }
    const now = performance.now();
    if (this.quietSince !== undefined && now - this.quietSince < QUIET_MS) return 'stopped';
    if (this.processes.left().length > 0) return 'stopping';
    this.quietSince = now;
    return 'stopped';
  }

  /** Proves now that no process of the data directory is left. */
  isGone(): boolean {
    if (this.postmaster() !== undefined) return false;
    return this.processes.left().length === 0;
  }

  /** Starts the postmaster; it is not ready yet when this returns. */
  async start(): Promise<void> {
    const { binDir, osUser, socketDir } = this.config;
    this.quietSince = undefined;
    await makeOwnDirectory(this.layout.sideDir, osUser);
    if ((await mkdir(socketDir, { recursive: true })) !== undefined) {
      await chown(socketDir, osUser.uid, osUser.gid);
    }
    await this.trimLog();
    const log = openSync(this.layout.serverLog, 'a', 0o600);
    this.logStart = fstatSync(log).size;
    try {
      const child = spawn(join(binDir, 'postgres'), ['-D', this.layout.dataDir], {
        detached: true,
        cwd: this.layout.dataDir,
        stdio: ['ignore', log, log],
        env: { PATH: `${binDir}:/usr/sbin:/usr/bin:/sbin:/bin`, LC_ALL: 'C' },
        ...asUser(osUser),
      });
      await started(child, join(binDir, 'postgres'));
      child.unref();
      this.child = child;
    } finally {
      closeSync(log);
    }
  }

  /**
   * Keeps the server's log bounded: beyond its limit it is copied aside and emptied. The server goes
   * on writing at the end of the same file, so lines of that moment may be lost.
   */
  async trimLog(): Promise<void> {
    const size = await stat(this.layout.serverLog).then(
      (file) => file.size,
      () => 0,
    );
    if (size <= LOG_LIMIT_BYTES) return;
    await copyFile(this.layout.serverLog, `${this.layout.serverLog}.1`);
    await truncate(this.layout.serverLog);
    this.logStart = 0;
  }

  /** What the server wrote to its log since it was last started, its last lines. */
  logTail(): string {
    const log = openSync(this.layout.serverLog, 'r');
    try {
      const size = fstatSync(log).size;
      const from = Math.max(this.logStart, size - LOG_TAIL_BYTES);
      const bytes = Buffer.alloc(Math.max(0, size - from));
      readSync(log, bytes, 0, bytes.length, from);
      return bytes.toString('utf8').trim().split('\n').slice(-6).join(' | ');
    } finally {
      closeSync(log);
    }
  }

  /** Resolves when the postmaster that runs now has ended; at once when none does. */
  async exited(signal: AbortSignal): Promise<void> {
    const target = this.postmaster();
    if (target === undefined || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const child = this.child?.pid === target.pid ? this.child : undefined;
      const look = (): void => {
        const now = processOf(target.pid);
        if (now === undefined || now.startTicks !== target.startTicks) done();
      };
      const timer = setInterval(look, child === undefined ? STRANGER_POLL_MS : CHILD_POLL_MS);
      const done = (): void => {
        clearInterval(timer);
        child?.off('exit', done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      child?.once('exit', done);
      signal.addEventListener('abort', done, { once: true });
      look();
    });
  }

  /** Tells the postmaster to read its configuration again; false when there is none. */
  reload(): boolean {
    const postmaster = this.postmaster();
    return postmaster !== undefined && signalProcess(postmaster.pid, 'SIGHUP');
  }

  /**
   * Stops with escalation. A fast stop waits for clients' transactions and for walsenders of
   * standbys that may be dead, so it gets a share of the time and no more; an immediate stop waits
   * for processes that may hang; the kernel's kill waits for nobody but a disk.
   */
  async stop(mode: StopMode, deadline: Deadline): Promise<void> {
    const whole = deadline.left();
    const killReserve = Math.min(500, whole * 0.25);
    const immediateShare = Math.min(1000, whole * 0.25);
    const isGone = (): boolean => this.isGone();
    if (mode === 'fast' && this.signalPostmaster('SIGINT')) {
      const share = deadline.within(whole - killReserve - immediateShare);
      if (await share.until(POLL_MS, isGone)) return this.clean();
    }
    if (this.signalPostmaster('SIGQUIT')) {
      const share = deadline.within(Math.max(0, deadline.left() - killReserve));
      if (await share.within(immediateShare).until(POLL_MS, isGone)) return this.clean();
    }
    await deadline.until(POLL_MS, () => {
      this.killAll();
      return this.isGone();
    });
    if (this.isGone()) return this.clean();
    throw new EngineFailure(
      'timeout',
      `processes of ${this.layout.dataDir} are left after a kill: ${this.processes.left().join(', ')}`,
      'They wait for storage that does not answer; only the host can be fenced.',
    );
  }

  private signalPostmaster(signal: NodeJS.Signals): boolean {
    const postmaster = this.postmaster();
    return postmaster !== undefined && signalProcess(postmaster.pid, signal);
  }

  /** The postmaster first, so that it starts nobody new. */
  private killAll(): void {
    const postmaster = this.postmaster()?.pid;
    if (postmaster !== undefined) signalProcess(postmaster, 'SIGKILL');
    for (const pid of this.processes.left()) signalProcess(pid, 'SIGKILL');
  }

  /** A pid file whose process is proven gone could block the next start once its pid is reused. */
  private async clean(): Promise<void> {
    await removeDurably(join(this.layout.dataDir, 'postmaster.pid'));
  }
}

/** Options that make a child run as the database's user, when we are not that user already. */
export function asUser(user: { readonly uid: number; readonly gid: number }): {
  uid?: number;
  gid?: number;
} {
  return process.getuid?.() === user.uid ? {} : { uid: user.uid, gid: user.gid };
}

/** Waits until the kernel has run the program, or says why it could not. */
export function started(child: ChildProcess, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error: NodeJS.ErrnoException) => {
      const missing = error.code === 'ENOENT' || error.code === 'EACCES';
      reject(
        new EngineFailure(
          missing ? 'missing-binary' : 'process-failed',
          `${path} could not be run: ${error.message}`,
          'Install the PostgreSQL server, or correct database.binDir.',
        ),
      );
    });
  });
}
