import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere, termBytes } from '../server/layout.js';
import { requirePostmaster, say, type ControlCall } from './control-call.js';
import { waitFor } from './postmaster.js';

/** `failover`: an unconditional promotion; nobody asks whether the old primary is dead. */
export async function failover(call: ControlCall): Promise<number> {
  const { layout } = call;
  const pid = requirePostmaster(call);
  if (pid === undefined) return 1;
  const mode = modeOf(call);
  if (mode === 'Pending') {
    say(call, ' failover is only supported on a standby');
    return 1;
  }
  writeTerm(call);
  say(call, ' waiting for server to failover...');
  writeFileSync(join(layout.dataDir, 'failover'), '');
  process.kill(pid, 'SIGUSR1');
  if (!(await waitFor(call.waitSeconds, () => modeOf(call) === 'Primary'))) {
    say(
      call,
      ` failover timeout after ${call.waitSeconds} seconds. please manually check the cluster status.`,
    );
    return 1;
  }
  say(call, ` failover completed (${layout.dataDir})`);
  return 0;
}

/** `notify -M primary|standby`: tells a pending server what it is. */
export async function notify(call: ControlCall): Promise<number> {
  const { layout } = call;
  const pid = requirePostmaster(call);
  if (pid === undefined) return 1;
  const wanted = call.option('M') === 'primary' ? 'Primary' : 'Standby';
  const mode = modeOf(call);
  if (mode !== 'Pending') {
    say(call, ` only support notify server in pending mode; the mode is ${mode}`);
    return 1;
  }
  if (wanted === 'Primary') writeTerm(call);
  writeFileSync(join(layout.dataDir, wanted.toLowerCase()), '');
  process.kill(pid, 'SIGUSR1');
  if (!(await waitFor(call.waitSeconds, () => modeOf(call) === wanted))) {
    say(call, ` notify timeout after ${call.waitSeconds} seconds`);
    return 1;
  }
  say(call, ` notify server completed, mode change to ${wanted}`);
  return 0;
}

function writeTerm(call: ControlCall): void {
  const term = call.option('T');
  if (term !== undefined) writeFileSync(call.layout.termFile, termBytes(Number(term)));
}

function modeOf(call: ControlCall): string {
  return readIfThere(call.layout.sqlMode).trim();
}
