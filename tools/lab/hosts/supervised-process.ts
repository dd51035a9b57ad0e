import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { LabError } from '../lab-error.js';
import { monotonicMs } from '../monotonic.js';
import { signalQuietly } from '../network/namespace.js';

/** One end of a supervised process. */
export interface ProcessEnd {
  readonly at: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What to run and how to treat its death. */
export interface SupervisedOptions {
  readonly command: readonly [string, ...string[]];
  readonly logFile: string;
  /** Pause before a restart, like systemd's RestartSec. */
  readonly restartDelayMs: number;
}

/**
 * A program that is started again when it dies, as systemd's `Restart=always` would. The program
 * gets a session of its own and writes to a file, so that it can outlive this process (`--keep`).
 */
export class SupervisedProcess {
  /** Whether a death is followed by a restart. Scenarios that need the program gone switch it off. */
  restart = true;
  readonly ends: ProcessEnd[] = [];
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #wanted = false;

  constructor(readonly options: SupervisedOptions) {}

  /** Process id while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Whether it ended three times within ten seconds, by its own will (not by a signal). */
  get diesAgainAndAgain(): boolean {
    const own = this.ends.filter(({ signal }) => signal === null).slice(-3);
    const [first, , third] = own;
    return first !== undefined && third !== undefined && third.at - first.at < 10_000;
  }

  /** Starts the program; no effect when it runs. */
  start(): void {
    this.#wanted = true;
    clearTimeout(this.#timer);
    if (this.#child === undefined) this.#spawn();
  }

  /** SIGTERM, and SIGKILL when it is still there at the deadline. It stays down. */
  async stop(timeoutMs = 30_000): Promise<void> {
    const child = this.#child;
    this.abandon();
    if (child?.pid === undefined) return;
    const { pid } = child;
    signalQuietly(pid, 'SIGTERM');
    if (!(await endsWithin(child, timeoutMs))) await this.#kill(child, pid);
  }

  /** SIGKILL. It stays down. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.abandon();
    if (child?.pid !== undefined) await this.#kill(child, child.pid);
  }

  async #kill(child: ChildProcess, pid: number): Promise<void> {
    signalQuietly(pid, 'SIGKILL');
    if (!(await endsWithin(child, 5_000))) {
      throw new LabError(`process ${pid} outlived SIGKILL; see ${this.options.logFile}`);
    }
  }

  /** Sends a signal to the program alone; with `restart` on, a deadly one is followed by a restart. */
  signal(signal: NodeJS.Signals): void {
    if (this.pid === undefined)
      throw new LabError(`not running: ${this.options.command.join(' ')}`);
    process.kill(this.pid, signal);
  }

  /** No restart from now on, and nothing that keeps this process alive for it. */
  abandon(): void {
    this.#wanted = false;
    clearTimeout(this.#timer);
    this.#child?.unref();
  }

  #spawn(): void {
    const log = openSync(this.options.logFile, 'a');
    const [file, ...args] = this.options.command;
    const child = spawn(file, args, { stdio: ['ignore', log, log], detached: true });
    closeSync(log);
    this.#child = child;
    child.on('error', () => this.#ended(child, null, null));
    child.on('exit', (code, signal) => this.#ended(child, code, signal));
  }

  #ended(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.ends.push({ at: monotonicMs(), code, signal });
    if (!this.#wanted || !this.restart) return;
    this.#timer = setTimeout(() => this.#spawn(), this.options.restartDelayMs);
  }
}

function endsWithin(child: ChildProcess, timeoutMs: number): Promise<boolean> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(true);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), timeoutMs);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
