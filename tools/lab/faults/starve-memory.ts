import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { LabError } from '../lab-error.js';

const ROOT = '/sys/fs/cgroup/memory';
/** Less than any process asks for in a moment. */
const LIMIT_BYTES = 64 * 1024;
const UNLIMITED = '-1';

/** Why memory cannot be taken away from one process here; null when it can. */
export function cannotStarveOfMemory(): string | null {
  if (existsSync(`${ROOT}/memory.oom_control`)) return null;
  return `no memory controller of cgroup version 1 at ${ROOT}, whose processes wait for memory instead of being killed`;
}

/**
 * Takes the memory away from a process: the kernel lets it wait at its next page, for as long as the
 * group has none left. The answer ends it.
 */
export function starveOfMemory(pid: number): () => void {
  const reason = cannotStarveOfMemory();
  if (reason !== null) throw new LabError(`a process cannot be starved of memory here: ${reason}`);
  const group = `${ROOT}/mha-lab-${process.pid}-${pid}`;
  mkdirSync(group);
  // The processes of this group wait instead of being killed.
  writeFileSync(`${group}/memory.oom_control`, '1');
  writeFileSync(`${group}/memory.limit_in_bytes`, String(LIMIT_BYTES));
  writeFileSync(`${group}/cgroup.procs`, String(pid));
  return () => {
    writeFileSync(`${group}/memory.limit_in_bytes`, UNLIMITED);
    if (existsSync(`/proc/${pid}`)) writeFileSync(`${ROOT}/cgroup.procs`, String(pid));
    rmdirSync(group);
  };
}
