import type { HardState } from '@mha4rdb/core';
import {
  lifeOf,
  lifeOfVoter,
  logIndexOf,
  nodeIdOf,
  nodeOfVoter,
  termOf,
  voterIdOf,
  type NodeId,
} from '@mha4rdb/kernel';
import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { flush, readIfPresent, replaceFile, writeAt, type FlushObserver } from './durable-file.js';
import { openSealed, sealText } from './sealed-text.js';

const KIND = 'hard-state';
const FILES = ['hard-state.a', 'hard-state.b'] as const;
/** One sector: a slot is written whole or torn, and its checksum tells which. */
const SLOT_BYTES = 512;

interface Slot extends HardState {
  /** Counts the writes; the greater one is newer. */
  readonly generation: number;
}

/**
 * Term and vote as one atomic record (R3), kept twice. Each write goes to A, is flushed, then goes to
 * B: whichever slot is broken, by a torn write or by the disk, the other one holds the last vote that
 * was ever acted upon. With one slot written at a time in turn, a broken newer slot would silently
 * bring the older vote back.
 */
export class HardStateSlots {
  private constructor(
    private readonly handles: readonly FileHandle[],
    private generation: number,
    private readonly observe: FlushObserver,
  ) {}

  /** `undefined`: no slot is there. `corrupt`: none of those that are there can be read (R8). */
  static async read(directory: string): Promise<HardState | 'corrupt' | undefined> {
    const newest = newestOf(await readSlots(directory));
    return newest === undefined || newest === 'corrupt' ? newest : hardStateOf(newest);
  }

  /**
   * Opens the slots for writing, and writes what they hold to both: the next failure finds two. The
   * slot that was read is written last, so that a crash in between leaves it as it is.
   */
  static async open(
    directory: string,
    current: HardState,
    observe: FlushObserver,
  ): Promise<HardStateSlots> {
    const slots = await readSlots(directory);
    const newest = newestOf(slots);
    const order = slots[0] !== undefined && slots[0] === newest ? [1, 0] : [0, 1];
    const generation = newest === undefined || newest === 'corrupt' ? 0 : newest.generation;
    const first = slotBytes({ generation, ...current });
    const handles: FileHandle[] = [];
    for (const index of order) {
      const file = path.join(directory, FILES[index] ?? FILES[0]);
      handles.push(await openSlot(file, first, observe));
    }
    const opened = new HardStateSlots(handles, generation, observe);
    await opened.write(current);
    return opened;
  }

  async write(state: HardState): Promise<void> {
    const slot: Slot = { generation: this.generation + 1, ...state };
    const bytes = slotBytes(slot);
    for (const handle of this.handles) {
      await writeAt(handle, bytes, 0);
      await flush(handle, this.observe);
    }
    this.generation = slot.generation;
  }

  async close(): Promise<void> {
    for (const handle of this.handles) await handle.close();
  }
}

/** A slot that is not there yet appears whole, by a rename: an empty one would look like damage. */
async function openSlot(file: string, first: Buffer, observe: FlushObserver): Promise<FileHandle> {
  if ((await readIfPresent(file)) === undefined) await replaceFile(file, first, observe);
  return open(file, 'r+');
}

function slotBytes(slot: Slot): Buffer {
  const bytes = Buffer.alloc(SLOT_BYTES, ' ');
  sealText(KIND, slot).copy(bytes);
  return bytes;
}

async function readSlots(directory: string): Promise<readonly (Slot | 'corrupt' | undefined)[]> {
  const slots: (Slot | 'corrupt' | undefined)[] = [];
  for (const file of FILES) {
    const bytes = await readIfPresent(path.join(directory, file));
    const sealed = bytes === undefined ? undefined : openSealed(KIND, bytes);
    slots.push(bytes === undefined ? undefined : ((sealed?.value as Slot) ?? 'corrupt'));
  }
  return slots;
}

function newestOf(slots: readonly (Slot | 'corrupt' | undefined)[]): Slot | 'corrupt' | undefined {
  const good = slots.filter((slot): slot is Slot => slot !== undefined && slot !== 'corrupt');
  const newest = good.sort((a, b) => b.generation - a.generation)[0];
  return newest ?? (slots.includes('corrupt') ? 'corrupt' : undefined);
}

function hardStateOf({ term, votedFor, life, retired }: Slot): HardState {
  return {
    term: termOf(term),
    votedFor: votedFor === null ? null : voterIn(votedFor),
    ...(life !== undefined && { life: lifeOf(life) }),
    ...(retired !== undefined && { retired: logIndexOf(retired) }),
  };
}

function voterIn(text: string): NodeId {
  const voter = text as NodeId;
  return voterIdOf(nodeIdOf(nodeOfVoter(voter)), lifeOfVoter(voter));
}
