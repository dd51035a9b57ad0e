import { crc32c } from './crc32c.js';

/** `base` opens a file and says what came before it; `batch` is one append, whole or not at all. */
export type LogRecordType = 'base' | 'batch';

export interface LogRecord {
  readonly type: LogRecordType;
  /** Of the last entry that it holds, or of the base; for the eyes of whoever reads the file. */
  readonly index: number;
  readonly term: number;
  readonly body: Buffer;
}

/**
 * Layout, little endian: magic 4, type 1, length of the body 4, index 8, term 8, checksum of the
 * record before 4 (the chain), checksum of all the other bytes 4; then the body.
 */
export const RECORD_HEAD_BYTES = 33;
const MAGIC = Buffer.from('MHL1', 'latin1');
const TYPES: readonly LogRecordType[] = ['base', 'batch'];
/** A batch holds few entries; a greater length is damage, not data. */
const MOST_BODY_BYTES = 64 << 20;

export interface EncodedRecord {
  readonly bytes: Buffer;
  /** What the next record must name as the one before it. */
  readonly checksum: number;
}

export function encodeRecord(record: LogRecord, previous: number): EncodedRecord {
  const head = Buffer.alloc(RECORD_HEAD_BYTES);
  MAGIC.copy(head, 0);
  head.writeUInt8(TYPES.indexOf(record.type), 4);
  head.writeUInt32LE(record.body.length, 5);
  head.writeBigUInt64LE(BigInt(record.index), 9);
  head.writeBigUInt64LE(BigInt(record.term), 17);
  head.writeUInt32LE(previous, 25);
  const checksum = checksumOf(head, record.body);
  head.writeUInt32LE(checksum, 29);
  return { bytes: Buffer.concat([head, record.body]), checksum };
}

export type DecodedRecord =
  | {
      readonly ok: true;
      readonly record: LogRecord;
      readonly previous: number;
      readonly checksum: number;
      readonly end: number;
    }
  | { readonly ok: false; readonly reason: string };

/** Reads the record that begins at `offset`; it is good only if every byte of it is. */
export function decodeRecord(bytes: Buffer, offset: number): DecodedRecord {
  const head = bytes.subarray(offset, offset + RECORD_HEAD_BYTES);
  if (head.length < RECORD_HEAD_BYTES) return bad('it ends within the head of a record');
  if (!head.subarray(0, 4).equals(MAGIC)) return bad('no record begins here');
  const type = TYPES[head.readUInt8(4)];
  const length = head.readUInt32LE(5);
  if (type === undefined || length > MOST_BODY_BYTES) return bad('the head makes no sense');
  const start = offset + RECORD_HEAD_BYTES;
  const body = bytes.subarray(start, start + length);
  if (body.length < length) return bad('it ends within the body of a record');
  const checksum = head.readUInt32LE(29);
  if (checksumOf(head, body) !== checksum) return bad('the checksum does not match');
  const index = Number(head.readBigUInt64LE(9));
  const term = Number(head.readBigUInt64LE(17));
  const previous = head.readUInt32LE(25);
  return { ok: true, record: { type, index, term, body }, previous, checksum, end: start + length };
}

/** Whether a good record begins anywhere after `offset`: if so, what stands at `offset` is no tail. */
export function hasRecordAfter(bytes: Buffer, offset: number): boolean {
  let at = bytes.indexOf(MAGIC, offset + 1);
  while (at >= 0) {
    if (decodeRecord(bytes, at).ok) return true;
    at = bytes.indexOf(MAGIC, at + 1);
  }
  return false;
}

function checksumOf(head: Buffer, body: Buffer): number {
  return crc32c(body, crc32c(head.subarray(0, RECORD_HEAD_BYTES - 4)));
}

function bad(reason: string): DecodedRecord {
  return { ok: false, reason };
}
