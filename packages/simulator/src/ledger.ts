import type { Wal, WalRecord } from './wal.js';

/** A record that must never vanish, with its address. */
export interface KeptRecord {
  readonly lsn: number;
  readonly record: WalRecord;
}

/** What clients were told, and what they saw: the promise that is checked (protocol §6, I2). */
export class Ledger {
  private kept: KeptRecord[] = [];

  get size(): number {
    return this.kept.length;
  }

  keep(lsn: number, record: WalRecord): void {
    this.kept.push({ lsn, record });
  }

  /** An operator accepted the loss of what this log does not have. */
  giveUpWhatIsMissingFrom(wal: Wal): void {
    this.kept = this.kept.filter(({ lsn, record }) => wal.holds(record, lsn));
  }

  /** The first promised record that this log does not have; null when it has all. */
  missingFrom(wal: Wal): KeptRecord | null {
    return this.kept.find(({ lsn, record }) => !wal.holds(record, lsn)) ?? null;
  }
}
