import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { threadsOf } from '../hosts/process-tree.js';
import { signalQuietly } from '../network/namespace.js';
import { runCommand, tryCommand } from '../run-command.js';

/** The one CPU on which it happens; the rest of the machine goes on. */
const CPU = '0';
const HOGS = 24;
/** Against so many busy loops a thread of this niceness gets some milliseconds every few seconds. */
const LOWEST_PRIORITY = '19';

/**
 * Takes the CPU away from a process: busy loops on one CPU, and the process on the same one with the
 * lowest priority. The answer ends it.
 */
export async function starveOfCpu(pid: number): Promise<() => Promise<void>> {
  const loop = ['-c', CPU, 'sh', '-c', 'while :; do :; done'];
  // They end with this process, however it ends. Each has a session of its own, since a kernel that
  // groups by sessions shares the CPU out between those first.
  const hogs = Array.from({ length: HOGS }, () =>
    spawn('setpriv', ['--pdeathsig', 'KILL', 'taskset', ...loop], {
      stdio: 'ignore',
      detached: true,
    }),
  );
  setSessionPriority(pid, LOWEST_PRIORITY);
  for (const thread of threadsOf(pid).map(String)) {
    await tryCommand('taskset', ['-p', '-c', CPU, thread]);
    await runCommand('renice', ['-n', LOWEST_PRIORITY, '-p', thread]);
  }
  return async () => {
    for (const hog of hogs) if (hog.pid !== undefined) signalQuietly(hog.pid, 'SIGKILL');
    setSessionPriority(pid, '0');
    const all = `0-${cpus().length - 1}`;
    for (const thread of threadsOf(pid).map(String)) {
      await tryCommand('taskset', ['-p', '-c', all, thread]);
      await tryCommand('renice', ['-n', '0', '-p', thread]);
    }
  };
}

/** The weight of a process's session (CONFIG_SCHED_AUTOGROUP); elsewhere niceness alone counts. */
function setSessionPriority(pid: number, niceness: string): void {
  const file = `/proc/${pid}/autogroup`;
  if (existsSync(file)) writeFileSync(file, niceness);
}
