import { numberOf, textOf, type Row } from '../postgres/probe-rows.js';
import { wordOf } from './vocabulary.js';

export const LOCK_MODES = [
  'polling_connection',
  'specify_connection',
  'prohibit_connection',
] as const;

/** Whom a standby may follow, from `read_disable_conn_file()`; it survives restarts. */
export interface ConnectionLock {
  readonly mode: (typeof LOCK_MODES)[number] | 'unknown';
  /** With `specify_connection`: the only one, by address and port for replication. */
  readonly host?: string;
  readonly port?: number;
}

export function readLock(row: Row | undefined): ConnectionLock {
  const mode = wordOf(LOCK_MODES, row?.['disconn_mode']);
  const port = numberOf(row?.['disconn_port']);
  if (mode !== 'specify_connection' || port === undefined) return { mode };
  return { mode, host: textOf(row?.['disconn_host']), port };
}
