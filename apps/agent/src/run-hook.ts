import { startCommand } from '@mha4rdb/host-linux';
import { err, ok, type Result } from '@mha4rdb/kernel';
import { once } from 'node:events';

/** Lines of a hook's messages that are kept for the log. */
const KEPT_LINES = 6;
const KEPT_CHARACTERS = 2000;

export interface HookRun {
  /** Program and arguments; no shell reads them. */
  readonly command: readonly string[];
  /** Added to a plain environment; the agent's own, which may hold secrets, is not passed on. */
  readonly environment: Readonly<Record<string, string>>;
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

export type HookProblem = 'not-started' | 'failed' | 'timeout';

/**
 * Runs an operator's program to its end, as the user of the agent, in a process group of its own, which
 * is killed at the deadline: a hook may hold something up, and nothing for longer than that.
 */
export async function runHook(run: HookRun): Promise<Result<void, HookProblem>> {
  const [program = ''] = run.command;
  const isAborted = (): boolean => run.signal?.aborted === true;
  if (isAborted()) return err('timeout', `${program} was aborted`);
  const child = startCommand(run.command, run.environment);
  if (child instanceof Error) return notStarted(program, child.message);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-KEPT_CHARACTERS);
    });
  }
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  // Also where it could not be started: then `close` never comes, and `error` rejects.
  let late = false;
  const kill = (): void => {
    late = true;
    if (child.pid !== undefined) killGroup(child.pid);
    // A grandchild that left the group may hold the pipes open; nobody waits for it.
    child.stdout.destroy();
    child.stderr.destroy();
  };
  const timer = setTimeout(kill, run.deadlineMs);
  run.signal?.addEventListener('abort', kill, { once: true });
  try {
    const [code, signal] = await ended;
    if (code === 0) return ok(undefined);
    if (late) {
      const limit = `${program} did not end within ${run.deadlineMs} ms`;
      return err('timeout', isAborted() ? `${program} was aborted` : limit);
    }
    const how = code === null ? `ended by ${signal}` : `ended with status ${code}`;
    return err('failed', [`${program} ${how}`, lastLines(said)].filter(Boolean).join(': '));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return notStarted(program, reason);
  } finally {
    clearTimeout(timer);
    run.signal?.removeEventListener('abort', kill);
  }
}

function notStarted(program: string, reason: string): Result<never, HookProblem> {
  return err('not-started', `${program} could not be started: ${reason}`);
}

function lastLines(text: string): string {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-KEPT_LINES)
    .join(' | ');
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
