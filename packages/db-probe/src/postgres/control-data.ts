import { parseLsn } from './lsn.js';

/** What `pg_controldata` tells about a stopped server. */
export interface ControlData {
  /** `shut down`, `shut down in recovery`, `in production`, `in archive recovery`, … */
  readonly state: string;
  readonly checkpointLsn: number;
  readonly timeline: number;
  /** Settings whose values a standby may not go below: the log was written under these. */
  readonly floors: Readonly<Record<string, number>>;
}

const FLOORS: Readonly<Record<string, string>> = {
  max_connections: 'max_connections setting',
  max_worker_processes: 'max_worker_processes setting',
  max_wal_senders: 'max_wal_senders setting',
  max_prepared_transactions: 'max_prepared_xacts setting',
  max_locks_per_transaction: 'max_locks_per_xact setting',
};

/** Reads the output of `pg_controldata` in the C locale; `undefined` when a line is missing. */
export function parseControlData(text: string): ControlData | undefined {
  const field = (name: string): string | undefined =>
    text
      .split('\n')
      .find((line) => line.startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim();
  const state = field('Database cluster state');
  const checkpointLsn = parseLsn(field('Latest checkpoint location') ?? '');
  const timeline = Number(field("Latest checkpoint's TimeLineID"));
  if (state === undefined || checkpointLsn === undefined || !Number.isSafeInteger(timeline)) {
    return undefined;
  }
  const floors: Record<string, number> = {};
  for (const [name, label] of Object.entries(FLOORS)) {
    const value = Number(field(label) ?? Number.NaN);
    if (Number.isSafeInteger(value)) floors[name] = value;
  }
  return { state, checkpointLsn, timeline, floors };
}
