import type { Decision } from '@mha4rdb/core';
import type { RaftDisk } from '../disk/raft-disk.js';

const HOUR_MS = 3_600_000;
const AGAIN_MS = 1000;

/**
 * Verifies what is on the disk every hour (A1.7). Damage is told, not acted upon: this process still
 * knows everything, and its next start will refuse the directory. Returns how to stop.
 */
export function scrubHourly(
  disk: Pick<RaftDisk, 'scrub'>,
  tell: (decision: Decision) => void,
  onFatal: (error: unknown) => void,
): () => void {
  let timer: NodeJS.Timeout;
  const scrub = async (): Promise<void> => {
    const result = await disk.scrub();
    if (!result.ok) tell({ event: 'disk-damaged', fields: { ...result.error } });
    plan(result.ok && result.value === 'busy' ? AGAIN_MS : HOUR_MS);
  };
  const plan = (afterMs: number): void => {
    timer = setTimeout(() => void scrub().catch(onFatal), afterMs);
    timer.unref();
  };
  plan(HOUR_MS);
  return () => clearTimeout(timer);
}
