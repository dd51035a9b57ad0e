/**
 * The words of `pg_stat_get_stream_replications()` and its relatives, exactly as the servers write
 * them (openGauss `replicainternal.h` and the functions' sources). A word that is not listed is
 * `unknown`, and nothing is ever promoted, followed or rebuilt because of an unknown word.
 */
export const ROLES = [
  'Normal',
  'Primary',
  'Standby',
  'Cascade Standby',
  'Main Standby',
  'Pending',
] as const;
export type RoleWord = (typeof ROLES)[number] | 'unknown';

export const STATES = [
  'Normal',
  'Need repair',
  'Starting',
  'Wait promoting',
  'Demoting',
  'Promoting',
  'Building',
  'Catchup',
  'Coredump',
] as const;
export type StateWord = (typeof STATES)[number] | 'unknown';

export const DETAILS = [
  'Normal',
  'Connecting...',
  'Disconnected',
  'WAL segment removed',
  'Version not matched',
  'Mode not matched',
  'System id not matched',
  'Timeline not matched',
  'DCF log loss',
] as const;
export type DetailWord = (typeof DETAILS)[number] | 'unknown';

export const SENDER_STATES = ['Startup', 'Backup', 'Catchup', 'Streaming'] as const;
export type SenderState = (typeof SENDER_STATES)[number] | 'unknown';

export const SYNC_STATES = ['Async', 'Sync', 'Quorum', 'Potential'] as const;
export type SyncState = (typeof SYNC_STATES)[number] | 'unknown';

/** The word itself where it is one of `words`, spelt exactly so; `unknown` for anything else. */
export function wordOf<Word extends string>(
  words: readonly Word[],
  value: unknown,
): Word | 'unknown' {
  return words.find((word) => word === value) ?? 'unknown';
}
