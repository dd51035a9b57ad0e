import { open, readFile, rename, type FileHandle } from 'node:fs/promises';
import path from 'node:path';

/** Called with the duration of each flush, in milliseconds. */
export type FlushObserver = (milliseconds: number) => void;

interface Flushable {
  readonly datasync: () => Promise<void>;
}

/** Waits until the data is on the disk, and says how long that took. */
export async function flush(handle: Flushable, observe: FlushObserver): Promise<void> {
  const start = process.hrtime.bigint();
  await handle.datasync();
  observe(Number(process.hrtime.bigint() - start) / 1e6);
}

/**
 * Writes all of `bytes` at `position`. A full disk takes a part of them first, and says what is wrong
 * only when it is asked to take the rest.
 */
export async function writeAt(
  handle: FileHandle,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    if (bytesWritten === 0) throw new Error(`wrote ${done} of ${bytes.length} bytes, and no more`);
    done += bytesWritten;
  }
}

/**
 * Puts `bytes` in place of a file, whole or not at all: a new file, flushed, renamed over the old one,
 * and the directory flushed (without that the rename itself may be lost).
 */
export async function replaceFile(
  file: string,
  bytes: Uint8Array,
  observe: FlushObserver,
): Promise<void> {
  const temporary = `${file}.tmp`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(bytes);
    await flush(handle, observe);
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
  await flushDirectory(path.dirname(file), observe);
}

export async function flushDirectory(directory: string, observe: FlushObserver): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    const start = process.hrtime.bigint();
    await handle.sync();
    observe(Number(process.hrtime.bigint() - start) / 1e6);
  } finally {
    await handle.close();
  }
}

/** The bytes of a file, or `undefined` when there is none. Every other failure is thrown. */
export async function readIfPresent(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
