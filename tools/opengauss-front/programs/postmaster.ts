import { readFileSync } from 'node:fs';
import { readIfThere } from '../server/layout.js';

/** The process that the pid file names, while it lives. */
export function postmasterOf(pidFile: string): number | undefined {
  const pid = Number(readIfThere(pidFile).split('\n')[0]);
  return pid > 0 && isAlive(pid) ? pid : undefined;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
  } catch {
    return false;
  }
}

/** Waits for a condition; answers whether it came in time. */
export async function waitFor(
  seconds: number,
  condition: () => boolean | Promise<boolean>,
): Promise<boolean> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
