import type { Result } from '@mha4rdb/kernel';
import { openNotifySocket, type NotifySocket, type NotifySocketError } from './notify-socket.js';

/** What the program tells its service manager (sd_notify(3)). Does nothing where there is none. */
export interface ServiceManager {
  /** The port is served. Said once, whatever is called. */
  readonly ready: () => void;
  /** One line for `systemctl status`; an unchanged one is not said again. */
  readonly status: (line: string) => void;
  readonly alive: () => void;
  readonly stopping: () => void;
  readonly close: () => void;
  /** After so many milliseconds without `alive` the manager ends the process; null: it does not watch. */
  readonly watchdogMs: number | null;
}

/** Hears nothing and watches nothing. */
export const SILENT_MANAGER: ServiceManager = {
  ready: () => undefined,
  status: () => undefined,
  alive: () => undefined,
  stopping: () => undefined,
  close: () => undefined,
  watchdogMs: null,
};

/**
 * Takes what systemd left in the environment, and takes it OUT of there: the database is started from
 * this process, and a server built with systemd support would speak for the agent.
 */
export async function openServiceManager(
  env: NodeJS.ProcessEnv,
  pid: number,
): Promise<Result<ServiceManager, NotifySocketError>> {
  const address = env['NOTIFY_SOCKET'];
  const watchdogMs = watchdogOf(env, pid);
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete env[name];
  if (address === undefined || address === '') return { ok: true, value: SILENT_MANAGER };
  const socket = await openNotifySocket(address);
  return socket.ok ? { ok: true, value: speaking(socket.value, watchdogMs) } : socket;
}

/** `WATCHDOG_USEC`, unless it is meant for another process (sd_watchdog_enabled(3)). */
export function watchdogOf(env: NodeJS.ProcessEnv, pid: number): number | null {
  const microseconds = Number(env['WATCHDOG_USEC']);
  if (!Number.isSafeInteger(microseconds) || microseconds <= 0) return null;
  const meant = env['WATCHDOG_PID'];
  return meant === undefined || meant === String(pid) ? microseconds / 1000 : null;
}

function speaking(socket: NotifySocket, watchdogMs: number | null): ServiceManager {
  let isReady = false;
  let lastStatus = '';
  return {
    ready: () => {
      // What was not taken is said again at the next occasion.
      if (!isReady) isReady = socket.send('READY=1');
    },
    status: (line) => {
      const oneLine = line.replace(/\s+/g, ' ');
      if (oneLine !== lastStatus && socket.send(`STATUS=${oneLine}`)) lastStatus = oneLine;
    },
    alive: () => {
      socket.send('WATCHDOG=1');
    },
    stopping: () => {
      socket.send('STOPPING=1');
    },
    close: socket.close,
    watchdogMs,
  };
}
