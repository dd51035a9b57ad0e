import { encodeCanonical } from '@mha4rdb/kernel';
import { crc32c } from './crc32c.js';

/**
 * A small file that proves itself: one line `mha4rdb KIND 1 CRC32C LENGTH`, then canonical JSON. A
 * person can read it, and no other program can have written it by accident.
 */
export function sealText(kind: string, value: unknown): Buffer {
  const body = Buffer.from(encodeCanonical(value), 'utf8');
  const head = `mha4rdb ${kind} 1 ${hex(crc32c(body))} ${body.length}\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), body, Buffer.from('\n')]);
}

/** The value, or `undefined` when a byte of it is not as it was written. What follows is ignored. */
export function openSealed(kind: string, bytes: Uint8Array): { value: unknown } | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = buffer.indexOf(0x0a);
  if (end < 0) return undefined;
  const head = /^mha4rdb (\S+) 1 ([0-9a-f]{8}) (\d{1,9})$/.exec(buffer.toString('latin1', 0, end));
  if (head === null || head[1] !== kind) return undefined;
  const length = Number(head[3]);
  const body = buffer.subarray(end + 1, end + 1 + length);
  if (body.length !== length || hex(crc32c(body)) !== head[2]) return undefined;
  return { value: JSON.parse(body.toString('utf8')) as unknown };
}

function hex(checksum: number): string {
  return checksum.toString(16).padStart(8, '0');
}
