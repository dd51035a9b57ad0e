import { parseLsn } from '../postgres/lsn.js';
import { numberOf, textOf, type Row } from '../postgres/probe-rows.js';

/** Where a log of this family ends; candidates are ordered by `(term, lsn)`, as CM does. */
export interface TermPosition {
  /** Grows with each promotion; 0 where none was recorded. A promotion never carries 0. */
  readonly term: number;
  readonly lsn: number;
}

/** `gs_ctl failover -T` writes 32 bits. */
export const GREATEST_TERM = 0xffff_ffff;

/** Reads `pg_last_xlog_replay_location()`, two columns of text here; `undefined` for anything else. */
export function readTermPosition(row: Row): TermPosition | undefined {
  const term = numberOf(row['term']);
  const lsn = parseLsn(textOf(row['lsn']));
  if (term === undefined || lsn === undefined || term < 0 || term > GREATEST_TERM) return undefined;
  return { term, lsn };
}

export function compareTermPositions(a: TermPosition, b: TermPosition): number {
  return a.term - b.term || a.lsn - b.lsn;
}
