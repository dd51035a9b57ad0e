import type { DiskFacts, NodeFacts } from '@mha4rdb/core';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile, statfs } from 'node:fs/promises';
import { release } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BaseConfig } from '../config/config.js';
import type { Token } from '../rpc/identity.js';
import { measureFlush } from './measure-flush.js';

const CLOCK_SOURCE = '/sys/devices/system/clocksource/clocksource0/current_clocksource';
const LOOP_MS = 1000;
const LOOP_RESOLUTION_MS = 10;

/** Reads what is judged of every node. Takes about a second. */
export async function readNode(
  { dataDir, security }: BaseConfig,
  tokens: readonly Token[],
): Promise<NodeFacts> {
  const [loopDelayMs, raftFsyncMs, raftDisk, clockSource] = await Promise.all([
    measureLoop(),
    measureFlush(dataDir),
    readDisk(dataDir),
    readFile(CLOCK_SOURCE, 'utf8').then(
      (text) => text.trim(),
      () => null,
    ),
  ]);
  const count = (kind: Token['kind']): number => tokens.filter((one) => one.kind === kind).length;
  return {
    kernel: release(),
    clockSource,
    raftFsyncMs,
    raftDisk,
    loopDelayMs,
    certificateMs: security.tls === undefined ? null : certificateLeft(security.tls.cert),
    tokens:
      security.tokens === undefined
        ? null
        : { operator: count('operator'), viewer: count('viewer') },
  };
}

/** Room for whoever is not root. */
export async function readDisk(directory: string): Promise<DiskFacts> {
  try {
    const { bavail, blocks, bsize } = await statfs(directory);
    return { path: directory, freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return { path: directory, freeBytes: 0, totalBytes: 0 };
  }
}

async function measureLoop(): Promise<number> {
  const delays = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  delays.enable();
  await sleep(LOOP_MS);
  delays.disable();
  return Math.max(0, delays.max / 1e6 - LOOP_RESOLUTION_MS);
}

/** The file as it is now: what the next connection of a restarted node would show. */
function certificateLeft(file: string): number {
  try {
    return Date.parse(new X509Certificate(readFileSync(file)).validTo) - Date.now();
  } catch {
    return 0;
  }
}
