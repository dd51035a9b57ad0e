import { startCommand } from './start-command.js';

export interface HookOutcome {
  /** Null: it was killed, or could not be started. */
  readonly exitCode: number | null;
  /** The last of what it wrote, for people. */
  readonly output: string;
}

export interface HookRun {
  readonly ended: Promise<HookOutcome>;
  /** Kills it and whatever it started; `ended` settles when it is gone. */
  readonly kill: () => void;
}

const MOST_OUTPUT = 2000;

/** Runs a driver's command in a process group of its own, and kills that after `deadlineMs`. */
export function runHookCommand(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  deadlineMs: number,
): HookRun {
  const child = startCommand(command, env);
  if (child instanceof Error) {
    const ended = Promise.resolve({ exitCode: null, output: child.message });
    return { ended, kill: () => undefined };
  }
  let output = '';
  const collect = (data: Buffer): void => {
    output = `${output}${data.toString('utf8')}`.slice(-MOST_OUTPUT);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const kill = (): void => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Gone in this very moment.
    }
  };
  const timer = setTimeout(() => {
    output += `\nkilled after ${Math.round(deadlineMs)} ms`;
    kill();
  }, deadlineMs);
  const ended = new Promise<HookOutcome>((resolve) => {
    child.once('error', (error) => resolve({ exitCode: null, output: error.message }));
    // Not `close`: a grandchild that keeps the pipe open does not hold up the next command.
    child.once('exit', (exitCode) => resolve({ exitCode, output: output.trim() }));
  }).finally(() => clearTimeout(timer));
  return { ended, kill };
}
