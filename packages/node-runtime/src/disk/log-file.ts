import { invariant } from '@mha4rdb/kernel';
import { open, rename, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { flush, flushDirectory, writeAt, type FlushObserver } from './durable-file.js';
import { applyBatch, encodeBatch, type LogImage, type StoredBatch } from './log-image.js';
import type { StoredEntry } from './log-image.js';
import { encodeRecord } from './log-record.js';

interface Base {
  readonly index: number;
  readonly term: number;
}

/**
 * The log file, open for appending. One append is one record, one write and one flush. Not safe for
 * two calls at once; its owner sees to that.
 */
export class LogFile {
  private readonly entries: StoredEntry[];

  private constructor(
    private readonly file: string,
    private readonly observe: FlushObserver,
    private handle: FileHandle,
    private base: Base,
    image: LogImage,
  ) {
    this.entries = [...image.entries];
    this.checksum = image.checksum;
    this.length = image.length;
  }

  private checksum: number;
  private length: number;

  /** Opens a file that was read as `image`; a torn tail is cut off, durably. */
  static async open(file: string, image: LogImage, observe: FlushObserver): Promise<LogFile> {
    const handle = await open(file, 'r+');
    if (image.tornBytes > 0) {
      await handle.truncate(image.length);
      await handle.sync();
    }
    return new LogFile(file, observe, handle, image.base, image);
  }

  /** Puts a new file in place of whatever there was: `entries` after `base`. */
  static async create(
    file: string,
    base: Base,
    entries: readonly StoredEntry[],
    observe: FlushObserver,
  ): Promise<LogFile> {
    const temporary = `${file}.tmp`;
    const head = encodeRecord({ type: 'base', ...base, body: Buffer.alloc(0) }, 0);
    const last = entries.at(-1);
    const tail =
      last === undefined
        ? undefined
        : encodeRecord(
            { type: 'batch', index: last.index, term: last.term, body: encodeBatch({ entries }) },
            head.checksum,
          );
    const bytes = tail === undefined ? head.bytes : Buffer.concat([head.bytes, tail.bytes]);
    const handle = await open(temporary, 'w', 0o600);
    await writeAt(handle, bytes, 0);
    await flush(handle, observe);
    await rename(temporary, file);
    await flushDirectory(path.dirname(file), observe);
    const checksum = tail?.checksum ?? head.checksum;
    const image = { base, entries, checksum, length: bytes.length, tornBytes: 0 };
    return new LogFile(file, observe, handle, base, image);
  }

  async append(batch: StoredBatch): Promise<void> {
    const next = [...this.entries];
    const misfit = applyBatch(next, this.base, batch);
    invariant(misfit === undefined, 'R6', `an append does not fit the log on disk: ${misfit}`);
    const { index, term } = next.at(-1) ?? this.base;
    const record = encodeRecord(
      { type: 'batch', index, term, body: encodeBatch(batch) },
      this.checksum,
    );
    await writeAt(this.handle, record.bytes, this.length);
    await flush(this.handle, this.observe);
    this.entries.splice(0, this.entries.length, ...next);
    this.checksum = record.checksum;
    this.length += record.bytes.length;
  }

  /** Begins a new file after a snapshot; entries at or below it are gone from the disk. */
  async startAfter(snapshot: Base): Promise<void> {
    const kept = this.entries.filter(({ index }) => index > snapshot.index);
    const fresh = await LogFile.create(this.file, snapshot, kept, this.observe);
    await this.handle.close();
    this.handle = fresh.handle;
    this.base = snapshot;
    this.entries.splice(0, this.entries.length, ...kept);
    this.checksum = fresh.checksum;
    this.length = fresh.length;
  }

  /** Good bytes in the file. */
  get bytes(): number {
    return this.length;
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}
