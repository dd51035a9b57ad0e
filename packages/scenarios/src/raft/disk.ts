import type { PersistedRaft, Persist } from '@mha4rdb/core';
import { configurationText, entriesText, hardStateText } from './print.js';

export type Disk = PersistedRaft<string, readonly string[]>;
export type Write = Persist<string, readonly string[]>;

/** One thing that a disk takes whole or not at all (R3, R6). */
export interface Part {
  readonly text: string;
  readonly put: (disk: Disk) => Disk;
}

export const BLANK_DISK: Disk = {
  hardState: { term: 0 as never, votedFor: null },
  snapshot: null,
  entries: [],
};

/** The parts of a write in the order in which they reach a disk; a crash leaves any first few. */
export function partsOf({ hardState, truncateFrom, snapshot, entries }: Write): readonly Part[] {
  const parts: Part[] = [];
  if (hardState !== undefined) {
    parts.push({ text: hardStateText(hardState), put: (disk) => ({ ...disk, hardState }) });
  }
  if (truncateFrom !== undefined) {
    parts.push({
      text: `cut off from ${truncateFrom} on`,
      put: (disk) => ({
        ...disk,
        entries: disk.entries.filter(({ index }) => index < truncateFrom),
      }),
    });
  }
  if (snapshot !== undefined) {
    const { index, term, configuration } = snapshot;
    parts.push({
      text: `snapshot ${index}/${term} ${configurationText(configuration)}`,
      put: (disk) => ({ ...disk, snapshot }),
    });
  }
  for (const entry of entries) {
    parts.push({ text: entriesText([entry]), put: (disk) => withEntry(disk, entry) });
  }
  return parts;
}

/** The disk after the first `count` parts reached it. */
export function afterParts(disk: Disk | null, parts: readonly Part[], count: number): Disk | null {
  if (count === 0) return disk;
  return parts.slice(0, count).reduce((content, part) => part.put(content), disk ?? BLANK_DISK);
}

function withEntry(disk: Disk, entry: Disk['entries'][number]): Disk {
  const snapshotIndex = disk.snapshot?.index ?? 0;
  const last = Math.max(disk.entries.at(-1)?.index ?? 0, snapshotIndex);
  if (entry.index !== last + 1) throw new RangeError(`entry ${entry.index} written after ${last}`);
  return { ...disk, entries: [...disk.entries, entry] };
}

/** The term that a disk holds at `index`: what the node could prove after a crash. */
export function termOnDisk(disk: Disk | null, index: number): number | undefined {
  if (disk?.snapshot?.index === index) return disk.snapshot.term;
  if (disk === null || index <= (disk.snapshot?.index ?? 0)) return undefined;
  return disk.entries.find((entry) => entry.index === index)?.term;
}
