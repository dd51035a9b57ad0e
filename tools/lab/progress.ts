import pc from 'picocolors';
import { monotonicMs } from './monotonic.js';

const began = monotonicMs();

/** Seconds since the program began, as `12.3 s`. */
export function elapsedText(): string {
  return secondsText(monotonicMs() - began);
}

/** Milliseconds as seconds for people. */
export function secondsText(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

/** Writes one line for people. */
export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Numbered steps: each says what begins, then how it ended and how long it took. */
export class Steps {
  #number: number;

  constructor(first: number) {
    this.#number = first - 1;
  }

  /** Runs one step. On a terminal the waiting time counts up; elsewhere there is one line more. */
  async run<T>(name: string, work: () => Promise<T>, outcome: (result: T) => string): Promise<T> {
    const label = `${pc.dim(`[${++this.#number}]`)} ${name}`;
    const from = monotonicMs();
    const terminal = process.stdout.isTTY;
    const show = (): boolean =>
      process.stdout.write(`\r\u001b[K${label} … ${secondsText(monotonicMs() - from)}`);
    if (!terminal) say(`${label} …`);
    const timer = terminal ? setInterval(show, 200) : undefined;
    try {
      const result = await work();
      if (terminal) process.stdout.write('\r\u001b[K');
      say(`${label}: ${outcome(result)} ${pc.dim(`(${secondsText(monotonicMs() - from)})`)}`);
      return result;
    } catch (error) {
      if (terminal) process.stdout.write('\r\u001b[K');
      say(`${label}: ${pc.red('FAILED')} ${pc.dim(`(${secondsText(monotonicMs() - from)})`)}`);
      throw error;
    } finally {
      clearInterval(timer);
    }
  }
}
