import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from './monotonic.js';

/** What a process takes of the machine. */
export interface ProcessUsage {
  /** Resident memory, MB of 1024 * 1024 bytes. */
  readonly rssMb: number;
  /** Per cent of one core. */
  readonly cpuPct: number;
}

/** Clock ticks in a second, as Linux shows them to programs on every common architecture. */
const TICKS_PER_SECOND = 100;

/** Watches a process for a while, from /proc. Undefined when it is not there to the end. */
export async function measureUsage(
  pid: number,
  durationMs: number,
): Promise<ProcessUsage | undefined> {
  const before = cpuTicks(pid);
  const from = monotonicMs();
  await sleep(durationMs);
  const after = cpuTicks(pid);
  const seconds = (monotonicMs() - from) / 1000;
  const rssKb = residentKb(pid);
  if (before === undefined || after === undefined || rssKb === undefined) return undefined;
  return {
    rssMb: Math.round(rssKb / 102.4) / 10,
    cpuPct: Math.round(((after - before) / TICKS_PER_SECOND / seconds) * 1000) / 10,
  };
}

/** User and system time of a process: fields 14 and 15 of its stat line. */
function cpuTicks(pid: number): number | undefined {
  const stat = readProc(pid, 'stat');
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

function residentKb(pid: number): number | undefined {
  const match = /^VmRSS:\s+(\d+) kB/m.exec(readProc(pid, 'status') ?? '');
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}
