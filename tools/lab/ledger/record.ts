/**
 * How one attempt to write ended, as its client saw it.
 *
 * - `ack`: the server said that the commit stands. It must be on every later primary.
 * - `refused`: it certainly did not commit (no connection, or an error before the commit).
 * - `unknown`: sent, and no answer that settles it (connection broke, deadline passed).
 * - `standby`: the server answered that it is in recovery; nothing was written.
 */
export type Outcome = 'ack' | 'refused' | 'unknown' | 'standby';

/** One attempt. Times are {@link monotonicMs}. */
export interface LedgerRecord {
  readonly lane: string;
  /** Number within the lane; used once, so that a retry is another write. */
  readonly seq: number;
  readonly sentAt: number;
  readonly doneAt: number;
  readonly outcome: Outcome;
  /** Error code or text, when there is one. */
  readonly detail?: string;
  /** Of an `ack`: timeline and start time of the server that gave it. Two of them are two databases. */
  readonly reign?: string;
}

/** One client that writes: where to, how often, how patient. */
export interface LaneConfig {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** Pause between the end of one write and the next one. */
  readonly paceMs: number;
  readonly statementMs: number;
  readonly connectMs: number;
  /** While there is no connection, an attempt begins this often, each with its own deadline. */
  readonly retryMs: number;
  /** Asks for the role first and writes only to a primary: for lanes to one member's own address. */
  readonly askRole: boolean;
}

/** What a writer process reads from its standard input before it begins. */
export interface WriterConfig {
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly lanes: readonly LaneConfig[];
}

/** Table that every lane writes to. No key: a row that arrived twice must be seen. */
export const LEDGER_TABLE = 'lab_ledger';

/** The statement that makes {@link LEDGER_TABLE}. */
export const LEDGER_DDL = `CREATE TABLE IF NOT EXISTS ${LEDGER_TABLE} (lane text NOT NULL, seq bigint NOT NULL)`;
