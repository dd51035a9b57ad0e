import { lsnOf, numberOf, textOf, type Row } from '../postgres/probe-rows.js';
import {
  ROLES,
  SENDER_STATES,
  STATES,
  SYNC_STATES,
  wordOf,
  type RoleWord,
  type SenderState,
  type StateWord,
  type SyncState,
} from './vocabulary.js';

/** One line of `pg_stat_get_wal_senders()`. */
export interface WalSender {
  readonly pid: number;
  readonly peerRole: RoleWord;
  readonly peerState: StateWord;
  readonly state: SenderState;
  readonly syncState: SyncState;
  /** What the standby has flushed and replayed; absent for a user without `MONADMIN`. */
  readonly flushedLsn?: number;
  readonly replayedLsn?: number;
  readonly peer?: Endpoint;
}

/** The line of `pg_stat_get_wal_receiver()`. */
export interface WalReceiver {
  readonly pid: number;
  readonly peerRole: RoleWord;
  readonly state: StateWord;
  readonly receivedLsn?: number;
  readonly flushedLsn?: number;
  readonly peer?: Endpoint;
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export function readWalSender(row: Row): WalSender | undefined {
  const pid = numberOf(row['sender_pid']);
  if (pid === undefined) return undefined;
  return {
    pid,
    peerRole: wordOf(ROLES, row['peer_role']),
    peerState: wordOf(STATES, row['peer_state']),
    state: wordOf(SENDER_STATES, row['state']),
    syncState: wordOf(SYNC_STATES, row['sync_state']),
    ...optional('flushedLsn', lsnOf(row['receiver_flush_location'])),
    ...optional('replayedLsn', lsnOf(row['receiver_replay_location'])),
    ...optional('peer', peerOf(textOf(row['channel']), '-->')),
  };
}

export function readWalReceiver(row: Row): WalReceiver | undefined {
  const pid = numberOf(row['receiver_pid']);
  if (pid === undefined) return undefined;
  return {
    pid,
    peerRole: wordOf(ROLES, row['peer_role']),
    state: wordOf(STATES, row['state']),
    ...optional('receivedLsn', lsnOf(row['receiver_received_location'])),
    ...optional('flushedLsn', lsnOf(row['receiver_flush_location'])),
    ...optional('peer', peerOf(textOf(row['channel']), '<--')),
  };
}

/** The far end of `10.0.0.1:5433-->10.0.0.2:40112` (sender) or `…<--…` (receiver). */
function peerOf(channel: string, arrow: string): Endpoint | undefined {
  const far = channel.split(arrow)[1] ?? '';
  const colon = far.lastIndexOf(':');
  const port = numberOf(far.slice(colon + 1));
  return colon < 1 || port === undefined ? undefined : { host: far.slice(0, colon), port };
}

function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { readonly [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]: Value });
}
