import type {
  Configuration,
  EntryPayload,
  HardState,
  LogEntry,
  Persist,
  PersistedRaft,
  Snapshot,
} from '@mha4rdb/core';
import {
  encodeCanonical,
  err,
  invariant,
  logIndexOf,
  ok,
  termOf,
  type Result,
} from '@mha4rdb/kernel';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { flushDirectory, readIfPresent, replaceFile, type FlushObserver } from './durable-file.js';
import { HardStateSlots } from './hard-state-slots.js';
import { LogFile } from './log-file.js';
import { readLogImage, type LogImage, type StoredEntry } from './log-image.js';
import { openSealed, sealText } from './sealed-text.js';

const SNAPSHOT_KIND = 'snapshot';
const LOG_FILE = 'log';
const SNAPSHOT_FILE = 'snapshot';

/** What stood on the disk. `empty`: nothing was ever persisted here. */
export type FoundOnDisk<Command, Machine> =
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'found';
      readonly persisted: PersistedRaft<Command, Machine>;
      /** Bytes of a torn append that were cut off; nobody was ever told of it. */
      readonly tornBytes: number;
    };

interface Image<Command, Machine> {
  readonly hardState: HardState;
  readonly snapshot: Snapshot<Machine> | null;
  readonly log: LogImage | undefined;
  readonly found: FoundOnDisk<Command, Machine>;
}

/**
 * Raft's log, snapshot, term and vote in one directory (R1, R3, R6, A1.7). After the first failure of
 * a write or a flush it refuses everything (R4): the page cache may have dropped what was written, and
 * a second flush would succeed without it.
 */
export class RaftDisk<Command = unknown, Machine = unknown> {
  private busy = false;
  private failure: { readonly error: unknown } | undefined;
  private scrubbing: Promise<unknown> | undefined;

  private constructor(
    private readonly directory: string,
    private readonly observe: FlushObserver,
    private readonly slots: HardStateSlots,
    private readonly log: LogFile,
    readonly found: FoundOnDisk<Command, Machine>,
  ) {}

  /**
   * Reads and verifies everything, then opens it for writing. `corrupt` is never repaired: what to do
   * with such a node is a decision for a person (R8, A1.7).
   */
  static async open<Command, Machine>(
    directory: string,
    observe: FlushObserver,
  ): Promise<Result<RaftDisk<Command, Machine>, 'corrupt'>> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await flushDirectory(path.dirname(directory), observe);
    await removeLeftovers(directory);
    const read = await readImage<Command, Machine>(directory);
    if (!read.ok) return read;
    const { hardState, snapshot, log, found } = read.value;
    const file = path.join(directory, LOG_FILE);
    const base = { index: snapshot?.index ?? 0, term: snapshot?.term ?? 0 };
    const behind = log === undefined || (log.entries.at(-1)?.index ?? log.base.index) < base.index;
    const opened = behind
      ? await LogFile.create(file, base, [], observe)
      : await LogFile.open(file, log, observe);
    const slots = await HardStateSlots.open(directory, hardState, observe);
    return ok(new RaftDisk(directory, observe, slots, opened, found));
  }

  /**
   * Carries out one `persist` in its order; when it resolves, all of it is on the disk. One at a time.
   * A rejection is fatal for the process (R4).
   */
  async persist(work: Persist<Command, Machine>): Promise<void> {
    if (this.failure !== undefined) throw this.failure.error;
    invariant(!this.busy, 'A1.0', 'a second persist while one is under way');
    this.busy = true;
    try {
      await this.scrubbing;
      await this.write(work);
    } catch (error) {
      this.failure = { error };
      throw error;
    } finally {
      this.busy = false;
    }
  }

  private async write(work: Persist<Command, Machine>): Promise<void> {
    const { hardState, truncateFrom, snapshot } = work;
    const entries = work.entries.map(storedEntry);
    const truncation = truncateFrom === undefined ? {} : { truncateFrom };
    if (hardState !== undefined) await this.slots.write(hardState);
    if (snapshot === undefined) {
      if (truncateFrom !== undefined || entries.length > 0) {
        await this.log.append({ ...truncation, entries });
      }
      return;
    }
    // Before the snapshot: a crash in between must not bring back what is truncated.
    if (truncateFrom !== undefined) await this.log.append({ ...truncation, entries: [] });
    const file = path.join(this.directory, SNAPSHOT_FILE);
    await replaceFile(file, sealText(SNAPSHOT_KIND, snapshot), this.observe);
    await this.log.startAfter(snapshot);
    if (entries.length > 0) await this.log.append({ entries });
  }

  /** Bytes of the log file; bounded, since every snapshot begins a new one. */
  get logBytes(): number {
    return this.log.bytes;
  }

  /**
   * Reads everything again and verifies it (A1.7: at start and every hour). While a `persist` is under
   * way it answers `busy`, and the caller asks again later; a `persist` that comes meanwhile waits.
   */
  async scrub(): Promise<Result<'clean' | 'busy', 'corrupt'>> {
    if (this.busy || this.scrubbing !== undefined) return ok('busy');
    const reading = readImage<Command, Machine>(this.directory);
    this.scrubbing = reading.catch(() => undefined);
    try {
      const read = await reading;
      if (!read.ok) return read;
      const torn = read.value.log?.tornBytes ?? 0;
      return torn === 0
        ? ok('clean')
        : corrupt(this.directory, `the log ends in ${torn} bytes that are no record`);
    } finally {
      this.scrubbing = undefined;
    }
  }

  async close(): Promise<void> {
    await this.slots.close();
    await this.log.close();
  }
}

/** Files that a crash left half-written, before their rename. */
async function removeLeftovers(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (name.endsWith('.tmp')) await rm(path.join(directory, name));
  }
}

async function readImage<Command, Machine>(
  directory: string,
): Promise<Result<Image<Command, Machine>, 'corrupt'>> {
  const hardState = await HardStateSlots.read(directory);
  if (hardState === 'corrupt') return corrupt(directory, 'neither copy of term and vote is whole');
  const snapshotBytes = await readIfPresent(path.join(directory, SNAPSHOT_FILE));
  const sealed = snapshotBytes === undefined ? undefined : openSealed(SNAPSHOT_KIND, snapshotBytes);
  if (snapshotBytes !== undefined && sealed === undefined) {
    return corrupt(directory, 'the snapshot fails its checksum');
  }
  const logBytes = await readIfPresent(path.join(directory, LOG_FILE));
  const log = logBytes === undefined ? undefined : readLogImage(logBytes);
  if (log !== undefined && !log.ok) return corrupt(directory, `the log is damaged ${log.reason}`);
  const snapshot = sealed === undefined ? null : (sealed.value as Snapshot<Machine>);
  const image = log?.image;
  if (hardState === undefined) {
    return snapshot === null && (image === undefined || image.entries.length === 0)
      ? ok({ hardState: NO_HARD_STATE, snapshot, log: image, found: { kind: 'empty' } })
      : corrupt(directory, 'term and vote are missing beside a log');
  }
  const insane = firstContradiction(hardState, snapshot, image);
  if (insane !== undefined) return corrupt(directory, insane);
  return ok({ hardState, snapshot, log: image, found: foundIn(hardState, snapshot, image) });
}

const NO_HARD_STATE: HardState = { term: termOf(0), votedFor: null };

/** What no run of Raft leaves behind (R10). */
function firstContradiction(
  { term }: HardState,
  snapshot: Snapshot<unknown> | null,
  log: LogImage | undefined,
): string | undefined {
  if (log === undefined) return 'the log is missing beside term and vote';
  const last = log.entries.at(-1) ?? log.base;
  if (last.term > term) return `the log's last term ${last.term} is beyond the own term ${term}`;
  if ((snapshot?.term ?? 0) > term) return `the snapshot's term is beyond the own term ${term}`;
  const snapshotIndex = snapshot?.index ?? 0;
  if (log.base.index > snapshotIndex) {
    return `the log begins after ${log.base.index}, the snapshot ends at ${snapshotIndex}`;
  }
  const same = log.entries.find(({ index }) => index === snapshotIndex);
  if (same !== undefined && same.term !== snapshot?.term) {
    return `entry ${snapshotIndex} has term ${same.term}, the snapshot ${snapshot?.term ?? 0}`;
  }
  return undefined;
}

function foundIn<Command, Machine>(
  hardState: HardState,
  snapshot: Snapshot<Machine> | null,
  log: LogImage | undefined,
): FoundOnDisk<Command, Machine> {
  const stored = log?.entries ?? [];
  // A directory that joined is one from the moment when its life is on disk (R8).
  const blank = hardState.term === 0 && hardState.life === undefined;
  if (blank && hardState.retired === undefined && snapshot === null && stored.length === 0) {
    return { kind: 'empty' };
  }
  const above = stored.filter(({ index }) => index > (snapshot?.index ?? 0));
  const entries = above.map((entry) => logEntry<Command>(entry));
  return {
    kind: 'found',
    persisted: { hardState, snapshot: snapshot === null ? null : branded(snapshot), entries },
    tornBytes: log?.tornBytes ?? 0,
  };
}

function storedEntry({ index, term, payload }: LogEntry<unknown>): StoredEntry {
  return { index, term, payload: encodeCanonical(payload) };
}

function logEntry<Command>({ index, term, payload }: StoredEntry): LogEntry<Command> {
  return {
    index: logIndexOf(index),
    term: termOf(term),
    payload: JSON.parse(payload) as EntryPayload<Command>,
  };
}

function branded<Machine>(snapshot: Snapshot<Machine>): Snapshot<Machine> {
  const configuration: Configuration = snapshot.configuration;
  return {
    index: logIndexOf(snapshot.index),
    term: termOf(snapshot.term),
    configuration,
    machine: snapshot.machine,
  };
}

function corrupt(directory: string, what: string): ReturnType<typeof err<'corrupt'>> {
  return err(
    'corrupt',
    `${directory}: ${what}`,
    'this node must not vote any more: remove the member and add the host again under a new id',
  );
}
