import { open, unlink } from 'node:fs/promises';
import path from 'node:path';

/** About what one append of the log is. */
const BYTES = Buffer.alloc(4096);
const TIMES = 20;
/** A disk that is so slow has been shown to be. */
const ENOUGH_MS = 2000;

/**
 * How long each of some small writes in this directory takes until the disk has it, in milliseconds.
 * Empty where nothing can be written. The file is removed; one that a crash left is written over.
 */
export async function measureFlush(directory: string): Promise<readonly number[]> {
  const file = path.join(directory, '.mha4rdb-flush-probe');
  const times: number[] = [];
  try {
    const handle = await open(file, 'w', 0o600);
    try {
      const end = performance.now() + ENOUGH_MS;
      while (times.length < TIMES && performance.now() < end) {
        const start = performance.now();
        await handle.write(BYTES, 0, BYTES.length, 0);
        await handle.datasync();
        times.push(performance.now() - start);
      }
    } finally {
      await handle.close();
      await unlink(file);
    }
  } catch {
    // What was measured before it failed tells nothing about a disk that fails.
    return [];
  }
  return times;
}
