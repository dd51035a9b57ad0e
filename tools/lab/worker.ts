import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { LabError } from './lab-error.js';
import { workerPath } from './repository.js';

const STOP_TIMEOUT_MS = 5_000;

/** A helper process of the lab that speaks JSON lines; each line is kept and written to a file. */
export class Worker<Line> {
  readonly lines: Line[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #stopping = false;
  #failure = '';

  /**
   * Starts a worker. `prefix` is the command that brings it to its place, for example into a
   * namespace; `first` is its configuration. With `onLine`, lines go there and are not kept.
   */
  constructor(
    name: string,
    prefix: readonly string[],
    logFile: string,
    first: unknown,
    onLine?: (line: Line) => void,
  ) {
    const [file = process.execPath, ...args] = [...prefix, process.execPath, workerPath(name)];
    this.#child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stdin?.on('error', () => undefined);
    this.#child.stderr?.on('data', (text: Buffer) => {
      this.#failure = (this.#failure + text.toString()).slice(-2000);
    });
    const log = createWriteStream(logFile, { flags: 'a' });
    const lines = createInterface({ input: this.#child.stdout ?? process.stdin });
    lines.on('line', (line) => {
      const said = JSON.parse(line) as Line;
      if (onLine === undefined) this.lines.push(said);
      else onLine(said);
      log.write(`${line}\n`);
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        this.#failure = error.message;
        resolve();
      });
      this.#child.once('close', (code) => {
        if (!this.#stopping || code !== 0) this.#failure ||= `ended with ${code ?? 'a signal'}`;
        log.end(resolve);
      });
    });
    this.send(first);
  }

  /** Why the worker is not to be trusted any more; empty while all is well. */
  get failure(): string {
    return this.#failure;
  }

  /** Sends one more line. */
  send(line: unknown): void {
    this.#child.stdin?.write(`${JSON.stringify(line)}\n`);
  }

  /** Ends the worker and answers with all that it said. A worker that failed makes this fail. */
  async stop(): Promise<Line[]> {
    this.#stopping = true;
    this.#child.stdin?.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await this.#ended;
    clearTimeout(timer);
    if (this.#failure !== '') throw new LabError(`a lab worker failed: ${this.#failure}`);
    return this.lines;
  }
}
