import type { HistoryEntry } from '@mha4rdb/kernel';

/**
 * One record of a database's log. The object IS its identity: copying a log copies references, so
 * that two logs hold the same record iff they hold the same object. A record's address is its place;
 * all records are one long, so that logs that diverged often end at the same address.
 */
export interface WalRecord {
  readonly timeline: number;
  readonly kind: 'base' | 'write' | 'marker' | 'promotion' | 'barrier' | 'shutdown';
  /** `marker`: the epoch; `write`: the client's number. */
  readonly value: number;
  /** The epoch of the last marker at or before this record. */
  readonly epoch: number;
}

/** A log with its timelines. `length` is its end as an address. */
export class Wal {
  readonly records: WalRecord[] = [];
  timeline = 1;
  /** Timelines that ended, oldest first. */
  history: HistoryEntry[] = [];

  get length(): number {
    return this.records.length;
  }

  append(kind: WalRecord['kind'], value: number): WalRecord {
    const epoch = kind === 'marker' ? value : this.epochAt(this.length);
    const record: WalRecord = { timeline: this.timeline, kind, value, epoch };
    this.records.push(record);
    return record;
  }

  /** Takes a record of the upstream's; a new timeline in it is followed. */
  receive(record: WalRecord): void {
    if (record.timeline !== this.timeline) this.leave(record.timeline);
    this.records.push(record);
  }

  /** A promotion: the timeline ends here. */
  leave(timeline: number): void {
    this.history = [...this.history, { timeline: this.timeline, switchLsn: this.length }];
    this.timeline = timeline;
  }

  /** The last marker before `lsn`; 0 when there is none. */
  epochAt(lsn: number): number {
    return this.records[lsn - 1]?.epoch ?? 0;
  }

  /** What a crash leaves. */
  cutAt(lsn: number): void {
    this.records.length = lsn;
  }

  /** Winds back to a point of an earlier (or the present) timeline. */
  rewindTo(lsn: number): void {
    this.records.length = lsn;
    this.timeline = this.records[lsn - 1]?.timeline ?? 1;
    this.history = this.history.filter((entry) => entry.timeline < this.timeline);
  }

  holds(record: WalRecord, lsn: number): boolean {
    return this.records[lsn - 1] === record;
  }

  /** Where `other` stops being a beginning of this log, and whether writes of clients differ; null: it is one. */
  partsFrom(other: Wal): { readonly at: number; readonly inWrites: boolean } | null {
    // Records are only ever copied with all that stands before them: equal at its end, equal throughout.
    const last = other.length - 1;
    if (last < this.length && this.records[last] === other.records[last]) return null;
    const differing = other.records.flatMap((record, lsn) =>
      record === this.records[lsn] ? [] : [{ lsn, mine: this.records[lsn], theirs: record }],
    );
    const inWrites = differing.some(
      ({ mine, theirs }) => mine === undefined || mine.kind === 'write' || theirs.kind === 'write',
    );
    return { at: differing[0]?.lsn ?? 0, inWrites };
  }

  copy(length: number): Wal {
    const copy = new Wal();
    for (let index = 0; index < length; index++) {
      const record = this.records[index];
      if (record !== undefined) copy.records.push(record);
    }
    copy.timeline = this.timeline;
    copy.history = this.history;
    return copy;
  }

  /**
   * What the server itself says to a standby that wants to go on from `(timeline, lsn)`: it knows
   * numbers only, never identities. Null: accepted.
   */
  refusal(timeline: number, lsn: number, flushed: number): string | null {
    if (timeline === this.timeline) {
      return lsn <= flushed ? null : 'the requested point is ahead of the flushed log';
    }
    const left = this.history.find((entry) => entry.timeline === timeline);
    if (left === undefined) return `timeline ${timeline} is not in this server's history`;
    return lsn <= left.switchLsn ? null : `this server left timeline ${timeline} before ${lsn}`;
  }
}
