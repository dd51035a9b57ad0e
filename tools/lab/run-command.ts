import { execFile } from 'node:child_process';
import { LabError } from './lab-error.js';

/** How a finished command ended. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Settings of one command; `timeoutMs` is its deadline (SIGKILL afterwards), 20 s unless told. */
export interface CommandOptions {
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly cwd?: string;
}

const DEFAULT_TIMEOUT_MS = 20_000;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Runs a command to its end and reports how it ended, whatever its exit code. Fails only when it cannot start. */
export function tryCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      file,
      [...args],
      {
        timeout: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
        killSignal: 'SIGKILL',
        maxBuffer: MAX_OUTPUT_BYTES,
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        env: { ...process.env, ...options.env },
      },
      (error, stdout, stderr) => {
        if (error === null) resolve({ code: 0, stdout, stderr });
        else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
        else if (error.killed === true) resolve({ code: 124, stdout, stderr });
        else reject(new LabError(`cannot run ${file}: ${error.message}`));
      },
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input ?? '');
  });
}

/** Runs a command that has to succeed, and answers with its standard output. */
export async function runCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await tryCommand(file, args, options);
  if (code === 0) return stdout;
  const said = (stderr.trim() || stdout.trim() || 'no output').slice(-2000);
  throw new LabError(`${file} ${args.join(' ')} ended with ${code}: ${said}`);
}
