import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** Id of the postmaster of a data directory, from its own pid file; undefined when it is not there. */
export function postmasterPid(dataDir: string): number | undefined {
  try {
    const pid = Number(readFileSync(`${dataDir}/postmaster.pid`, 'utf8').split('\n')[0]);
    return workingDirectory(pid) === dataDir ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** All processes of a server: every one of them works in the data directory. */
export function databaseProcesses(dataDir: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => workingDirectory(pid) === dataDir);
}

function workingDirectory(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}
