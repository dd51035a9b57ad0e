/** Name of the schema that holds what mha4rdb keeps inside the database. */
export const SCHEMA = 'mha4rdb';
export const MARKER_TABLE = `${SCHEMA}.epoch_marker`;
/** The database in which the schema stands and to which every session of the agent goes. */
export const CONTROL_DATABASE = 'postgres';

/**
 * One look at the server, in one statement and so in one transaction. On a primary it ends with a
 * commit that must reach the log on disk (the session has `synchronous_commit = local`): the answer
 * is the proof that a write works, without waiting for standbys. It costs one transaction id a look.
 *
 * `withMarker: false` is for servers that were never a primary of ours; the table is missing there
 * and naming it would fail the whole statement.
 */
export function observeSql(withMarker: boolean): string {
  const epoch = withMarker ? `(select max(epoch) from ${MARKER_TABLE})` : 'null';
  return `select r.standby as standby,
  ${epoch}::text as epoch,
  to_regclass('${MARKER_TABLE}') is not null as has_marker,
  pg_size_bytes(current_setting('wal_segment_size'))::text as segment_bytes,
  case when r.standby then null else pg_current_wal_flush_lsn() end::text as flushed,
  case when r.standby then pg_last_wal_receive_lsn() end::text as received,
  case when r.standby then pg_last_wal_replay_lsn() end::text as replayed,
  case when r.standby then null else pg_walfile_name(pg_current_wal_flush_lsn()) end as wal_file,
  (select received_tli from pg_stat_wal_receiver)::text as received_timeline,
  (select status from pg_stat_wal_receiver) as receiver_status,
  exists (select from pg_stat_activity where backend_type = 'walreceiver') as receiver,
  (select wait_event from pg_stat_activity where backend_type = 'startup') as startup_wait,
  ${DURABLE_COLUMNS},
  case when r.standby then null else (${STANDBYS}) end as standbys,
  case when r.standby then null
    else pg_logical_emit_message(true, '${SCHEMA}', 'probe') end::text as probe_write
from (select pg_is_in_recovery() as standby) r`;
}

/** The configuration in force in this (new) session. */
export const DURABLE_COLUMNS = `current_setting('synchronous_standby_names') as rule,
  current_setting('mha4rdb.upstream', true) as upstream,
  current_setting('mha4rdb.admits', true) as admits,
  current_setting('mha4rdb.generation', true) as generation`;

const STANDBYS = `select json_agg(json_build_object('node', application_name, 'state', state,
    'flushed', flush_lsn::text, 'replayed', replay_lsn::text,
    'lag_ms', round(extract(epoch from replay_lag) * 1000)))
  from pg_stat_replication where state <> 'backup'`;

/** Which standbys hold how much of the log, and by which process; polled by the barrier. */
export const WALSENDERS_SQL = `select pid, application_name as node, state,
  flush_lsn::text as flushed from pg_stat_replication where state in ('catchup', 'streaming')`;

/** The checkpointer, which tells backends whether anybody is to be waited for. */
export const CHECKPOINTER_SQL = `select pid, wait_event from pg_stat_activity
  where backend_type = 'checkpointer'`;

/** What sealing waits for; see `seal`. */
export const SEAL_SQL = `select s.pid as startup_pid, s.wait_event as startup_wait,
  exists (select from pg_stat_activity where backend_type = 'walreceiver') as receiver,
  pg_last_wal_receive_lsn()::text as received, pg_last_wal_replay_lsn()::text as replayed,
  pg_is_in_recovery() as standby, pg_is_wal_replay_paused() as paused,
  current_setting('mha4rdb.generation', true) as generation
from pg_stat_activity s where s.backend_type = 'startup'`;

/** Sessions of clients: everything but the agent's own, replication and the server's workers. */
export const CLIENT_PIDS_SQL = `select pid from pg_stat_activity
  where backend_type = 'client backend' and application_name <> current_setting('application_name')`;
