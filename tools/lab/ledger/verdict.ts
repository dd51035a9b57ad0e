import type { LedgerRecord } from './record.js';

/** A row as the final primary holds it. */
export interface StoredRow {
  readonly lane: string;
  readonly seq: number;
}

/** What became of the writes. */
export interface LedgerVerdict {
  readonly acknowledged: number;
  readonly refused: number;
  readonly unknown: number;
  /** Acknowledged to a client and not on the final primary. */
  readonly lost: readonly LedgerRecord[];
  /** Certainly not committed by its error's meaning, and there nevertheless. */
  readonly phantom: readonly LedgerRecord[];
  /** Rows that are there more than once. */
  readonly duplicates: readonly StoredRow[];
}

/** Compares what clients were told with what the final primary holds. */
export function judgeLedger(
  records: readonly LedgerRecord[],
  stored: readonly StoredRow[],
): LedgerVerdict {
  const count = new Map<string, number>();
  for (const row of stored) count.set(key(row), (count.get(key(row)) ?? 0) + 1);
  const of = (outcome: LedgerRecord['outcome']) => records.filter((r) => r.outcome === outcome);
  const acknowledged = of('ack');
  return {
    acknowledged: acknowledged.length,
    refused: of('refused').length,
    unknown: of('unknown').length,
    lost: acknowledged.filter((record) => !count.has(key(record))),
    phantom: of('refused').filter((record) => count.has(key(record))),
    duplicates: stored.filter((row) => (count.get(key(row)) ?? 0) > 1),
  };
}

/**
 * The longest time without an acknowledged write among the lanes, that ended at or after `from`:
 * from one acknowledgement to the next. Undefined when nothing was acknowledged since.
 */
export function writeGapMs(
  records: readonly LedgerRecord[],
  lanes: ReadonlySet<string>,
  from: number,
): number | undefined {
  const times = records
    .filter((record) => record.outcome === 'ack' && lanes.has(record.lane))
    .map((record) => record.doneAt)
    .sort((a, b) => a - b);
  const gaps = times
    .slice(1)
    .map((time, at) => ({ endedAt: time, length: time - (times[at] ?? time) }))
    .filter((gap) => gap.endedAt >= from)
    .map((gap) => gap.length);
  return gaps.length === 0 ? undefined : Math.max(...gaps);
}

/** Two databases that acknowledged side by side. */
export interface SplitBrain {
  readonly older: string;
  readonly newer: string;
  /** First write that the older one acknowledged although it was sent after the newer one's first. */
  readonly proof: LedgerRecord;
  readonly newerFirst: LedgerRecord;
}

/**
 * Finds databases that acknowledged although another one already had. A reign is one server process
 * on one timeline; once a later reign has acknowledged a write, a write that is *sent* afterwards
 * must not be acknowledged by an earlier reign. No clock of a server is involved.
 */
export function findSplitBrain(records: readonly LedgerRecord[]): SplitBrain[] {
  const reigns = new Map<string, { first: LedgerRecord; all: LedgerRecord[] }>();
  const acks = records
    .filter((record) => record.outcome === 'ack' && record.reign !== undefined)
    .sort((a, b) => a.doneAt - b.doneAt);
  for (const record of acks) {
    const name = record.reign ?? '';
    const reign = reigns.get(name);
    if (reign === undefined) reigns.set(name, { first: record, all: [record] });
    else reign.all.push(record);
  }
  const found: SplitBrain[] = [];
  const inOrder = [...reigns.entries()]; // a Map keeps the order of first acknowledgements
  for (const [at, [older, reign]] of inOrder.entries()) {
    for (const [newer, { first }] of inOrder.slice(at + 1)) {
      const proof = reign.all.find((record) => record.sentAt > first.doneAt);
      if (proof !== undefined) found.push({ older, newer, proof, newerFirst: first });
    }
  }
  return found;
}

function key(row: StoredRow): string {
  return `${row.lane}/${row.seq}`;
}
