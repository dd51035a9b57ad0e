import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';

export type StartedCommand = ChildProcessByStdio<null, Readable, Readable>;

/** Nothing of the agent's own environment goes to a command, secrets least of all. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Starts an operator's program, without a shell, in a process group of its own. What is wrong with it
 * is answered, or comes as the child's `error`: Node throws what it does not expect of a start (a file
 * that is just being written, a directory that is a file, no memory), and without a free descriptor it
 * leaves the pipes out. Neither may end the agent.
 */
export function startCommand(
  [file = '', ...args]: readonly string[],
  environment: Readonly<Record<string, string>>,
): StartedCommand | Error {
  try {
    const child = spawn(file, args, {
      detached: true,
      cwd: '/',
      env: { PATH, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if ((child as Partial<StartedCommand>).stdout !== undefined) return child;
    child.once('error', () => undefined);
    return new Error('no file descriptor is free');
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
