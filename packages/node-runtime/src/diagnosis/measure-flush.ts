import { constants } from 'node:fs';
import { open, stat, unlink, type FileHandle } from 'node:fs/promises';
import path from 'node:path';

/** About what one append of the log is. */
const BYTES = Buffer.alloc(4096);
const TIMES = 20;
/** A disk that is so slow has been shown to be. */
const ENOUGH_MS = 2000;

/** Where a node's own files lie. */
const PROBE = '.mha4rdb-flush-probe';

/**
 * How long each of some small writes in this directory takes until the disk has it, in milliseconds.
 * Empty where nothing can be written. The file is removed; one that a crash left is removed first.
 */
export async function measureFlush(directory: string, name = PROBE): Promise<readonly number[]> {
  const file = path.join(directory, name);
  const times: number[] = [];
  try {
    const handle = await createAnew(file);
    try {
      const { uid, gid } = await stat(directory);
      await handle.chown(uid, gid);
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

/**
 * The directory may belong to somebody else than this process: a link of his with this name must not
 * lead root to another file.
 */
async function createAnew(file: string): Promise<FileHandle> {
  await unlink(file).catch(() => undefined);
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  return open(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
}
