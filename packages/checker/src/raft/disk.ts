import { configurationOf, type Snapshot } from '@mha4rdb/core';
import { logIndexOf, termOf } from '@mha4rdb/kernel';
import { MEMBERS } from './members.js';
import type { Disk, Entry, Machine, Write } from './parts.js';

/** Where every cluster begins: all members have it, so that the log's first entry has index 2. */
export const BASE_SNAPSHOT: Snapshot<Machine> = {
  index: logIndexOf(1),
  term: termOf(1),
  configuration: configurationOf(MEMBERS),
  machine: null,
};

export const EMPTY_DISK: Disk = { hardState: { term: termOf(1), votedFor: null }, entries: [] };

/** How many parts a write has; a crash leaves any number of the first ones. */
export function partsOf({ hardState, truncateFrom, entries }: Write): number {
  return (hardState === null ? 0 : 1) + (truncateFrom === null ? 0 : 1) + entries.length;
}

/** The disk after the first `parts` parts of a write. */
export function written(disk: Disk, write: Write, parts: number): Disk {
  let left = parts;
  let { hardState, entries } = disk;
  if (write.hardState !== null && left > 0) {
    hardState = write.hardState;
    left -= 1;
  }
  const { truncateFrom } = write;
  if (truncateFrom !== null && left > 0) {
    entries = entries.filter(({ index }) => index < truncateFrom);
    left -= 1;
  }
  return { hardState, entries: [...entries, ...write.entries.slice(0, Math.max(0, left))] };
}

export function holds(disk: Disk, { index, term }: Pick<Entry, 'index' | 'term'>): boolean {
  const found = disk.entries[index - 2];
  return index <= 1 || (found?.index === index && found.term === term);
}
