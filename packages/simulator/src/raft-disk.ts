import type {
  ClusterState,
  Command,
  HardState,
  LogEntry,
  MemberRecord,
  NodeEffect,
  PersistedRaft,
  Snapshot,
} from '@mha4rdb/core';
import type { SeededRandom } from '@mha4rdb/kernel';

type Persist = Extract<NodeEffect, { type: 'persistRaft' }>['persist'];

/**
 * What one node has on its disk. A write counts from the moment when it is done; of one that a crash
 * interrupts any prefix may have arrived: some of its four parts, and of the entries the first few.
 */
export class NodeDisk {
  member: MemberRecord | null = null;
  private hardState: HardState | null = null;
  private snapshot: Snapshot<ClusterState> | null = null;
  private entries: LogEntry<Command>[] = [];
  private writing: Persist | null = null;
  private writingMember: MemberRecord | null = null;

  load(): PersistedRaft<Command, ClusterState> | null {
    const { hardState, snapshot, entries } = this;
    // A crash before the bootstrap was durable: the node has said nothing yet.
    if (hardState === null || snapshot === null) return null;
    return {
      hardState,
      snapshot,
      entries: entries.filter((entry) => entry.index > snapshot.index),
    };
  }

  /** Term and vote as they stand on disk; a new object for each new one. */
  get vote(): HardState | null {
    return this.hardState;
  }

  /** This entry, or a snapshot that tells of it, is on disk. */
  holds(index: number, term: number): boolean {
    const { snapshot, entries } = this;
    if (snapshot !== null && index <= snapshot.index) return true;
    const first = entries[0]?.index ?? Infinity;
    return entries[index - first]?.term === term;
  }

  begin(persist: Persist): void {
    if (this.writing !== null) throw new RangeError('two writes of the log are out');
    this.writing = persist;
  }

  finish(): void {
    if (this.writing !== null) this.apply(this.writing, 4, this.writing.entries.length);
    this.writing = null;
  }

  beginMember(record: MemberRecord): void {
    this.writingMember = record;
  }

  finishMember(): void {
    this.member = this.writingMember ?? this.member;
    this.writingMember = null;
  }

  /** There was no room: nothing of what was being written arrived. */
  lose(): void {
    this.writing = null;
    this.writingMember = null;
  }

  crash(random: SeededRandom): void {
    const { writing } = this;
    this.writing = null;
    if (writing !== null) {
      this.apply(writing, random.integer(0, 4), random.integer(0, writing.entries.length));
    }
    if (this.writingMember !== null && random.chance(0.5)) this.finishMember();
    this.writingMember = null;
  }

  private apply(persist: Persist, parts: number, entryCount: number): void {
    const { hardState, truncateFrom, snapshot, entries } = persist;
    if (parts >= 1 && hardState !== undefined) this.hardState = hardState;
    if (parts >= 2 && truncateFrom !== undefined) {
      this.entries = this.entries.filter((entry) => entry.index < truncateFrom);
    }
    if (parts >= 3 && snapshot !== undefined) {
      this.snapshot = snapshot;
      this.entries = this.entries.filter((entry) => entry.index > snapshot.index);
    }
    if (parts < 4) return;
    const first = entries[0];
    const before = this.entries.at(-1)?.index ?? this.snapshot?.index ?? 0;
    if (first !== undefined && first.index !== Math.max(before, this.snapshot?.index ?? 0) + 1) {
      throw new RangeError(`entry ${first.index} was written after ${before}`);
    }
    for (const entry of entries.slice(0, entryCount)) this.entries.push(entry);
  }
}
