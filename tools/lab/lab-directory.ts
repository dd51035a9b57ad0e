import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'mha4rdb-lab-';

/** What a lab leaves on disk about itself, so that a later run can remove what a crash left. */
export interface LabState {
  readonly id: string;
  /** The process that runs the lab, with its start time: a process id alone may be used again. */
  readonly owner: { readonly pid: number; readonly startTicks: string };
  /** True for a lab that was left running on purpose; only `--down` removes it. */
  readonly kept: boolean;
  readonly namespaces: readonly string[];
}

/** A lab found on disk. */
export interface FoundLab {
  readonly directory: string;
  readonly state: LabState;
}

/** Makes the directory of a new lab, world-readable, so that the database's OS user gets through. */
export function createLabDirectory(): { id: string; directory: string } {
  const id = randomBytes(3).toString('hex');
  const directory = join(tmpdir(), PREFIX + id);
  mkdirSync(directory, { mode: 0o755 });
  return { id, directory };
}

/** Writes a lab's state file. */
export function writeLabState(directory: string, state: LabState): void {
  writeFileSync(join(directory, 'lab.json'), JSON.stringify(state, null, 2) + '\n');
}

/** All labs of this machine, running or left behind. */
export function findLabs(): FoundLab[] {
  return readdirSync(tmpdir())
    .filter((name) => name.startsWith(PREFIX))
    .flatMap((name) => readLab(join(tmpdir(), name)));
}

function readLab(directory: string): FoundLab[] {
  try {
    const state = JSON.parse(readFileSync(join(directory, 'lab.json'), 'utf8')) as LabState;
    return [{ directory, state }];
  } catch {
    return []; // Half made or half removed, or somebody else's: not ours to judge.
  }
}

/** This process as the owner of a lab. */
export function thisOwner(): LabState['owner'] {
  return { pid: process.pid, startTicks: startTicks(process.pid) ?? '' };
}

/** Whether the process that made a lab still runs. */
export function ownerLives(owner: LabState['owner']): boolean {
  return startTicks(owner.pid) === owner.startTicks;
}

/** Field 22 of /proc/PID/stat: clock ticks between boot and the process's start. */
function startTicks(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** Removes a lab's directory. */
export function removeLabDirectory(directory: string): void {
  if (statSync(directory, { throwIfNoEntry: false }) === undefined) return;
  rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
