import {
  err,
  incarnationOf,
  ok,
  type Incarnation,
  type Life,
  type NodeId,
  type Result,
} from '@mha4rdb/kernel';
import { mkdir, open as openFile } from 'node:fs/promises';
import path from 'node:path';
import { lockDirectory, type DirectoryLock } from './directory-lock.js';
import { readIfPresent, replaceFile, type FlushObserver } from './durable-file.js';
import { RaftDisk } from './raft-disk.js';
import { openSealed, sealText } from './sealed-text.js';

export interface DataDirectoryOptions {
  readonly directory: string;
  readonly cluster: string;
  readonly node: NodeId;
  readonly observeFlush: FlushObserver;
}

/**
 * `locked`: another process works in it. `foreign`: it belongs to another node or cluster. `corrupt`:
 * a checksum fails, or a file that was written once is gone. `unusable`: the file system refuses.
 */
export type DataDirectoryError = 'locked' | 'foreign' | 'corrupt' | 'unusable';

interface Identity {
  readonly cluster: string;
  readonly node: string;
}

const FORMAT = { identity: 'identity', incarnation: 'incarnation', member: 'member' } as const;

/** All that a node remembers over restarts. */
export interface DataDirectory<Command = unknown, Machine = unknown> {
  /** Of this start: one more than the one before, already on the disk. */
  readonly incarnation: Incarnation;
  /**
   * Makes this start the first of a life that the node never had, durably, and answers it: in a new
   * directory the counter says nothing about the lives before (R8).
   */
  readonly beginLife: (life: Life) => Promise<Incarnation>;
  readonly raft: RaftDisk<Command, Machine>;
  /** The member's durable record (protocol §3) as last written; `null` until the first write. */
  readonly memberRecord: unknown;
  /** Resolves when the record is on the disk. A rejection is fatal for the process (R4). */
  readonly writeMemberRecord: (record: unknown) => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Opens the node's directory, for this process alone. The first start writes who it belongs to, last
 * of all: a directory without identity that holds votes or entries has lost it, and is refused (R8).
 */
export async function openDataDirectory<Command = unknown, Machine = unknown>(
  options: DataDirectoryOptions,
): Promise<Result<DataDirectory<Command, Machine>, DataDirectoryError>> {
  const made = await makeDirectory(options.directory);
  if (!made.ok) return made;
  const lock = await lockDirectory(options.directory);
  if (!lock.ok) return lock;
  const opened = await openLocked<Command, Machine>(options, lock.value).catch((error: unknown) =>
    unusable(options.directory, error),
  );
  if (!opened.ok) await lock.value.release();
  return opened;
}

async function openLocked<Command, Machine>(
  options: DataDirectoryOptions,
  lock: DirectoryLock,
): Promise<Result<DataDirectory<Command, Machine>, DataDirectoryError>> {
  const { directory, observeFlush } = options;
  const write = (name: string, value: unknown): Promise<void> =>
    replaceFile(path.join(directory, name), sealText(name, value), observeFlush);
  const identity = await readSealed(directory, FORMAT.identity);
  if (!identity.ok) return identity;
  const stranger = strangerIn(options, identity.value as Identity | undefined);
  if (stranger !== undefined) return stranger;

  const raft = await RaftDisk.open<Command, Machine>(path.join(directory, 'raft'), observeFlush);
  if (!raft.ok) return raft;
  const isFirst = identity.value === undefined;
  const state = isFirst
    ? await format(raft.value, options, write)
    : await readState(directory, write);
  if (!state.ok) {
    await raft.value.close();
    return state;
  }
  return ok({
    incarnation: state.value.incarnation,
    beginLife: async (life) => {
      const incarnation = incarnationOf(Math.max(life, state.value.incarnation));
      await write(FORMAT.incarnation, { incarnation });
      return incarnation;
    },
    raft: raft.value,
    memberRecord: state.value.memberRecord,
    writeMemberRecord: inTurn((record) => write(FORMAT.member, { record })),
    close: async () => {
      await raft.value.close();
      await lock.release();
    },
  });
}

interface NodeState {
  readonly incarnation: Incarnation;
  readonly memberRecord: unknown;
}

type Write = (name: string, value: unknown) => Promise<void>;

async function format(
  raft: RaftDisk,
  { directory, cluster, node }: DataDirectoryOptions,
  write: Write,
): Promise<Result<NodeState, 'corrupt'>> {
  if (raft.found.kind !== 'empty') {
    return corrupt(directory, 'identity is missing beside a vote and a log');
  }
  await write(FORMAT.member, { record: null });
  await write(FORMAT.incarnation, { incarnation: 1 });
  await write(FORMAT.identity, { cluster, node } satisfies Identity);
  return ok({ incarnation: incarnationOf(1), memberRecord: null });
}

async function readState(directory: string, write: Write): Promise<Result<NodeState, 'corrupt'>> {
  const member = await readSealed(directory, FORMAT.member);
  if (!member.ok) return member;
  const counter = await readSealed(directory, FORMAT.incarnation);
  if (!counter.ok) return counter;
  if (member.value === undefined || counter.value === undefined) {
    const name = member.value === undefined ? FORMAT.member : FORMAT.incarnation;
    return corrupt(directory, `${name} is missing, and it was written at the first start`);
  }
  const incarnation = incarnationOf((counter.value as { incarnation: number }).incarnation + 1);
  await write(FORMAT.incarnation, { incarnation });
  return ok({ incarnation, memberRecord: (member.value as { record: unknown }).record });
}

async function readSealed(directory: string, name: string): Promise<Result<unknown, 'corrupt'>> {
  const bytes = await readIfPresent(path.join(directory, name));
  if (bytes === undefined) return ok(undefined);
  const sealed = openSealed(name, bytes);
  return sealed === undefined ? corrupt(directory, `${name} fails its checksum`) : ok(sealed.value);
}

function strangerIn(
  { directory, cluster, node }: DataDirectoryOptions,
  found: Identity | undefined,
): ReturnType<typeof err<'foreign'>> | undefined {
  if (found === undefined || (found.cluster === cluster && found.node === node)) return undefined;
  return err(
    'foreign',
    `${directory} belongs to node ${found.node} of cluster ${found.cluster}, and this is node ` +
      `${node} of cluster ${cluster}`,
    'give this node a dataDir of its own; ids and directories are never passed on',
  );
}

async function makeDirectory(directory: string): Promise<Result<void, 'unusable'>> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await (await openFile(directory, 'r')).close();
    return ok(undefined);
  } catch (error) {
    return unusable(directory, error);
  }
}

/** One write after the other; after one that failed nothing is written any more (R4). */
function inTurn<Value>(work: (value: Value) => Promise<void>): (value: Value) => Promise<void> {
  let last = Promise.resolve();
  return (value) => {
    last = last.then(() => work(value));
    return last;
  };
}

function unusable(directory: string, error: unknown): ReturnType<typeof err<'unusable'>> {
  // What the file system did not say is a bug, and a bug is not the operator's to mend.
  const failure = error as NodeJS.ErrnoException;
  if (failure.errno === undefined) throw failure;
  return err(
    'unusable',
    `cannot work in ${directory}: ${failure.message}`,
    'check that it is a directory on a local disk with space, owned by the user of this program',
  );
}

function corrupt(directory: string, what: string): ReturnType<typeof err<'corrupt'>> {
  return err(
    'corrupt',
    `${directory}: ${what}`,
    'this node must not vote any more: remove the member and add the host again under a new id',
  );
}
