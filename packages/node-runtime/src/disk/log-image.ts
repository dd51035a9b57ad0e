import { decodeRecord, hasRecordAfter } from './log-record.js';

/** One entry on disk: its payload is text to this layer. */
export interface StoredEntry {
  readonly index: number;
  readonly term: number;
  /** Canonical JSON. */
  readonly payload: string;
}

/** One append: entries from `truncateFrom` on are gone, then `entries` follow (R6: one record). */
export interface StoredBatch {
  readonly truncateFrom?: number;
  readonly entries: readonly StoredEntry[];
}

/** What a log file says, replayed. */
export interface LogImage {
  /** The snapshot after which the file begins; index 0 where there was none. */
  readonly base: { readonly index: number; readonly term: number };
  readonly entries: readonly StoredEntry[];
  /** Checksum of the last good record: the chain goes on from it. */
  readonly checksum: number;
  /** Good bytes; what follows is a torn append that nobody was told of. */
  readonly length: number;
  readonly tornBytes: number;
}

export type LogReading =
  { readonly ok: true; readonly image: LogImage } | { readonly ok: false; readonly reason: string };

export function encodeBatch(batch: StoredBatch): Buffer {
  return Buffer.from(JSON.stringify(batch), 'utf8');
}

function decodeBatch(body: Buffer): StoredBatch {
  return JSON.parse(body.toString('utf8')) as StoredBatch;
}

/**
 * Replays a log file. An invalid last record whose predecessors are whole, with no good record after
 * it, is a torn write that was never acknowledged: it is left out. Everything else that does not fit
 * is damage, and is said so: a checksum that fails in the middle is not a missing entry, and cutting
 * there could erase a committed one (A1.7).
 */
export function readLogImage(bytes: Buffer): LogReading {
  const first = decodeRecord(bytes, 0);
  if (!first.ok) return damaged(0, first.reason);
  if (first.record.type !== 'base') return damaged(0, 'the file does not begin with its base');
  const base = { index: first.record.index, term: first.record.term };
  const entries: StoredEntry[] = [];
  let { checksum, end } = first;
  while (end < bytes.length) {
    const next = decodeRecord(bytes, end);
    if (!next.ok) {
      if (hasRecordAfter(bytes, end)) {
        return damaged(end, `${next.reason}, and good records follow`);
      }
      break;
    }
    if (next.previous !== checksum) return damaged(end, 'the chain of records is broken');
    if (next.record.type !== 'batch') return damaged(end, 'a second base stands within the file');
    const misfit = applyBatch(entries, base, decodeBatch(next.record.body));
    if (misfit !== undefined) return damaged(end, misfit);
    ({ checksum, end } = next);
  }
  const tornBytes = bytes.length - end;
  return { ok: true, image: { base, entries, checksum, length: end, tornBytes } };
}

/** Replays one append on `entries`; says what does not fit. */
export function applyBatch(
  entries: StoredEntry[],
  base: { readonly index: number; readonly term: number },
  batch: StoredBatch,
): string | undefined {
  if (batch.truncateFrom !== undefined) {
    while ((entries.at(-1)?.index ?? 0) >= batch.truncateFrom) entries.pop();
  }
  for (const entry of batch.entries) {
    const last = entries.at(-1) ?? base;
    if (entry.index !== last.index + 1) {
      return `entry ${entry.index} follows entry ${last.index}`;
    }
    if (entry.term < last.term) return `entry ${entry.index} has an older term than the one before`;
    entries.push(entry);
  }
  return undefined;
}

function damaged(offset: number, reason: string): LogReading {
  return { ok: false, reason: `at byte ${offset}: ${reason}` };
}
