import { spawn } from 'node:child_process';

const KEPT_OUTPUT = 4 * 1024 * 1024;

/**
 * Runs a command to its end. `show: true` lets its output through as it comes; else it is kept for
 * the case of a failure. Past `timeoutMs` its whole process group is ended, and the code is 124.
 */
export function run(file, args, { cwd, env, show = false, timeoutMs = 600_000, stdin } = {}) {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: [stdin ?? 'ignore', 'pipe', 'pipe'],
      // A terminal's question (sudo) needs the terminal's own process group.
      detached: stdin !== 'inherit',
    });
    let output = '';
    let timedOut = false;
    const signalAll = (signal) => endGroup(child, signal, stdin !== 'inherit');
    const timer = setTimeout(() => {
      timedOut = true;
      signalAll('SIGTERM');
      setTimeout(() => signalAll('SIGKILL'), 5_000).unref();
    }, timeoutMs);
    const forward = (signal) => signalAll(signal);
    process.on('SIGINT', forward).on('SIGTERM', forward);
    const take = (stream) => (text) => {
      output = (output + text.toString()).slice(-KEPT_OUTPUT);
      if (show) stream.write(text);
    };
    child.stdout.on('data', take(process.stdout));
    child.stderr.on('data', take(process.stderr));
    const end = (code, text) => {
      clearTimeout(timer);
      process.off('SIGINT', forward).off('SIGTERM', forward);
      resolve({ code: timedOut ? 124 : code, output: output + text, timedOut });
    };
    child.on('error', (error) => end(127, error.message));
    child.on('close', (code, signal) => end(code ?? 1, signal ? `\nended by ${signal}\n` : ''));
  });
}

function endGroup(child, signal, ownGroup) {
  if (child.pid === undefined) return;
  try {
    process.kill(ownGroup ? -child.pid : child.pid, signal);
  } catch {
    // It ended in the meantime.
  }
}

/** Whether a program of this name is in PATH (or in the administrator's directories). */
export async function hasProgram(name) {
  const { code } = await run('sh', ['-c', `command -v ${name}`], { env: { PATH: searchPath() } });
  return code === 0;
}

/** PATH with the administrator's directories, which ordinary users often lack. */
export function searchPath() {
  return `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;
}
