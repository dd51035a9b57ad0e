import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere } from '../server/layout.js';
import { say, type ControlCall } from './control-call.js';
import { isAlive, postmasterOf, waitFor } from './postmaster.js';

const SERVER = join(__dirname, 'gaussdb-main.js');

/** `start -M …`: the server in a session of its own, so that it outlives this program. */
export async function start(
  call: ControlCall,
  mode = call.option('M') ?? 'normal',
): Promise<number> {
  const { layout, binDir } = call;
  if (postmasterOf(layout.pidFile) !== undefined) {
    say(call, ` another server might be running; Please use the restart command`);
    return 0;
  }
  // A test asks for the refusal of an expired licence by this file.
  if (existsSync(join(layout.dataDir, 'licence-expired'))) {
    process.stdout.write('License expired, database start failed\n');
    return 1;
  }
  rmSync(layout.pidFile, { force: true });
  const log = openSync(layout.log, 'a');
  const child = spawn(join(binDir, 'gaussdb'), [SERVER, layout.dataDir, mode, binDir], {
    cwd: layout.dataDir,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  let ended = false;
  child.once('exit', () => (ended = true));
  child.once('error', () => (ended = true));
  say(call, ' waiting for server to start...');
  const isReady = (): boolean => readIfThere(layout.pidFile).split('\n')[2] === 'ready';
  await waitFor(call.waitSeconds, () => ended || isReady());
  if (postmasterOf(layout.pidFile) === undefined || !isReady()) {
    say(call, ` stopped waiting`);
    say(
      call,
      ` could not start server: ${readIfThere(layout.log).trim().split('\n').at(-1) ?? ''}`,
    );
    return 1;
  }
  say(call, ' done');
  say(call, ` server started (${layout.dataDir})`);
  return 0;
}

const SIGNALS: Readonly<Record<string, NodeJS.Signals>> = {
  smart: 'SIGTERM',
  fast: 'SIGINT',
  immediate: 'SIGQUIT',
};

export async function stop(call: ControlCall): Promise<number> {
  const pid = postmasterOf(call.layout.pidFile);
  if (pid === undefined) {
    say(call, ` PID file "${call.layout.pidFile}" does not exist`);
    say(call, ' Is server running?');
    return 1;
  }
  process.kill(pid, SIGNALS[call.option('m') ?? 'fast'] ?? 'SIGINT');
  say(call, ' waiting for server to shut down...');
  if (!(await waitFor(call.waitSeconds, () => !isAlive(pid)))) {
    say(call, ' server does not shut down');
    return 1;
  }
  process.stdout.write('server stopped\n');
  return 0;
}

export function status(call: ControlCall): number {
  const pid = postmasterOf(call.layout.pidFile);
  if (pid === undefined) {
    say(call, 'no server running');
    return 3;
  }
  say(call, `${call.program}: server is running (PID: ${pid})`);
  return 0;
}
