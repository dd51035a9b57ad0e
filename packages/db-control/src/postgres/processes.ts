import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DIALECT_NAMES, dialectOf, parsePostmasterPid } from '@mha4rdb/db-probe';
import { codeOf } from './system-error.js';

const SERVER_NAMES = new Set([
  'postgres',
  'postmaster',
  ...DIALECT_NAMES.flatMap((name) => dialectOf(name).servers),
]);

/** One process as the kernel shows it; `startTicks` tells two lives of one pid apart. */
export interface ProcessView {
  readonly pid: number;
  readonly state: string;
  readonly startTicks: string;
}

/** Looks at one process. A zombie does nothing any more and is no process here. */
export function processOf(pid: number): ProcessView | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  // The name in parentheses may contain anything, so count from its end.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks] = [fields?.[0], fields?.[19]];
  if (state === undefined || startTicks === undefined) return undefined;
  return state === 'Z' || state === 'X' ? undefined : { pid, state, startTicks };
}

/**
 * All server processes of a data directory, found by what they are (the executable) and where they
 * stand (the working directory): backends outlive a postmaster, and a pid file proves nothing.
 */
export function serverProcesses(dataDir: string): readonly number[] {
  const home = realPath(dataDir);
  if (home === undefined) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isServerProcess(pid, home));
}

/** The running postmaster of a data directory, by its pid file and the kernel's word on that pid. */
export function postmasterOf(dataDir: string): ProcessView | undefined {
  const home = realPath(dataDir);
  const text = readText(join(dataDir, 'postmaster.pid'));
  const file = text === undefined ? undefined : parsePostmasterPid(text);
  if (home === undefined || file === undefined || !isServerProcess(file.pid, home)) {
    return undefined;
  }
  return processOf(file.pid);
}

/** How often a process has slept and whether it sleeps now; see `proveAsleep`. */
export interface SleepView {
  readonly asleep: boolean;
  readonly switches: string;
}

const SIGHUP_AND_SIGURG = (1n << 0n) | (1n << 22n);

/**
 * Whether a process sleeps with no reload or wake-up signal waiting for it. Seen twice with the same
 * count of switches, it has not run in between.
 */
export function sleepOf(pid: number): SleepView | undefined {
  const status = readText(`/proc/${pid}/status`);
  if (status === undefined) return undefined;
  const field = (name: string): string =>
    new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '';
  const pending = (name: string): bigint => BigInt(`0x${field(name) || '0'}`);
  const waiting = (pending('SigPnd') | pending('ShdPnd')) & SIGHUP_AND_SIGURG;
  return {
    asleep: field('State') === 'S' && waiting === 0n,
    switches: `${field('voluntary_ctxt_switches')}/${field('nonvoluntary_ctxt_switches')}`,
  };
}

/** Sends a signal; answers false when the process is gone. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (thrown) {
    if (codeOf(thrown) === 'ESRCH') return false;
    throw thrown;
  }
}

/** Running tools (by the name of their executable) whose command line contains `word`. */
export function toolProcesses(names: readonly string[], word: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const exe = linkOf(`/proc/${pid}/exe`);
      if (exe === undefined || !names.includes(basename(exe))) return false;
      return readText(`/proc/${pid}/cmdline`)?.includes(word) === true;
    });
}

/** Processes that have this `NAME=value` in their environment, as a program and all that it started do. */
export function processesTold(entry: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => readText(`/proc/${pid}/environ`)?.split('\0').includes(entry) === true);
}

function isServerProcess(pid: number, home: string): boolean {
  if (linkOf(`/proc/${pid}/cwd`) !== home) return false;
  const exe = linkOf(`/proc/${pid}/exe`)?.replace(/ \(deleted\)$/, '');
  return exe !== undefined && SERVER_NAMES.has(basename(exe));
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
