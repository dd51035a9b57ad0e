import type { FileHandle } from 'node:fs/promises';
import { writeAt } from './durable-file.js';

/** A file on a disk that takes so many bytes at a time, and has room for so many. */
function disk(atOnce: number, room: number) {
  const bytes: number[] = [];
  const write = (from: Uint8Array, offset: number, length: number, position: number) => {
    const taken = Math.min(atOnce, length, room - position);
    if (taken <= 0) return Promise.reject(new Error('ENOSPC: no space left on device, write'));
    for (let at = 0; at < taken; at++) bytes[position + at] = from[offset + at] ?? -1;
    return Promise.resolve({ bytesWritten: taken });
  };
  return { bytes, handle: { write } as unknown as FileHandle };
}

test('what a disk takes in parts is written whole', async () => {
  const { bytes, handle } = disk(3, 100);
  await writeAt(handle, Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]), 2);
  expect(bytes.slice(2)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('a disk that is full after a part of it says so itself', async () => {
  const { handle } = disk(3, 5);
  await expect(writeAt(handle, new Uint8Array(8), 0)).rejects.toThrow('no space left on device');
});
