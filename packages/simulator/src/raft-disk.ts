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

type Log = Pick<PersistedRaft<Command, ClusterState>, 'snapshot' | 'entries'>;
type Persist = Extract<NodeEffect, { type: 'persistRaft' }>['persist'];

const NOTHING: Log = { snapshot: null, entries: [] };

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
  /** What was on it under lives whose directory is lost. */
  private readonly lost = new Map<number, Log>();

  load(): PersistedRaft<Command, ClusterState> | null {
    const { hardState, snapshot, entries } = this;
    // A crash before the beginning was durable: the node has said nothing yet.
    if (hardState === null || (snapshot === null && this.life === 0)) return null;
    const base = snapshot?.index ?? 0;
    return { hardState, snapshot, entries: entries.filter((entry) => entry.index > base) };
  }

  /** Term and vote as they stand on disk; a new object for each new one. */
  get vote(): HardState | null {
    return this.hardState;
  }

  /** The life of the present directory; 0 is the one that founded the cluster. */
  get life(): number {
    return this.hardState?.life ?? 0;
  }

  /** The Raft directory is gone; with `record`, all that the agent had. */
  wipe(record: boolean): void {
    if (this.hardState !== null) {
      this.lost.set(this.life, { snapshot: this.snapshot, entries: this.entries });
    }
    this.hardState = null;
    this.snapshot = null;
    this.entries = [];
    this.writing = null;
    if (record) this.member = null;
  }

  /** This entry, or a snapshot that tells of it, is or was on disk under this life. */
  holds(life: number, index: number, term: number): boolean {
    const { snapshot, entries } = this.logOf(life);
    if (snapshot !== null && index <= snapshot.index) return true;
    const first = entries[0]?.index ?? Infinity;
    return entries[index - first]?.term === term;
  }

  private logOf(life: number): Log {
    const { hardState, snapshot, entries } = this;
    return hardState !== null && life === this.life
      ? { snapshot, entries }
      : (this.lost.get(life) ?? NOTHING);
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
