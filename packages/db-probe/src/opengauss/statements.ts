import { MARKER_TABLE, SCHEMA } from '../postgres/probe-sql.js';

/** A row that is written for a proof; one of it. */
export const BEAT_TABLE = `${SCHEMA}.heartbeat`;

/**
 * One look, in SQL as old as 9.2: no `LATERAL`, no `FILTER`, no JSON, and nothing compared with an
 * empty text, which is NULL in databases that are compatible with Oracle.
 */
export const STATE_SQL = `select s.local_role, s.static_connections, s.db_state, s.detail_information,
  p.term as term, p.lsn as lsn,
  case when pg_is_in_recovery() then 'yes' else 'no' end as recovering,
  case when pg_is_in_recovery() then null else pg_current_xlog_location() end as written,
  case when pg_is_in_recovery() then pg_last_xlog_receive_location() else null end as received,
  current_setting('synchronous_standby_names') as rule,
  (select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = '${SCHEMA}' and c.relname = 'epoch_marker')::text as marker_tables
from pg_stat_get_stream_replications() s, pg_last_xlog_replay_location() p`;

/** What our block of the configuration says; an error on a server that has not read one yet. */
export const OURS_SQL = `select current_setting('mha4rdb.admits') as admits,
  current_setting('mha4rdb.generation') as generation`;

/** Of the newest epochs, the newest first. */
export const MARKERS_SQL = `select epoch::text as epoch, term::text as term,
  from_term::text as from_term, switch_lsn from ${MARKER_TABLE} order by epoch desc limit 200`;

export const SENDERS_SQL = `select application_name as node, state, sync_priority,
  receiver_flush_location as flushed, receiver_replay_location as replayed from pg_stat_replication`;

export const RECEIVERS_SQL = `select receiver_pid, peer_role, state, receiver_received_location,
  receiver_flush_location, channel from pg_stat_get_wal_receiver()`;

export const LOCK_SQL = `select disconn_mode, disconn_host, disconn_port from read_disable_conn_file()`;

/** Reaches the log on disk before it answers, and waits for no standby: see the session's settings. */
export const BEAT_SQL = `update ${BEAT_TABLE} set beat = beat + 1`;

export const CREATE_SQL = `create schema if not exists ${SCHEMA};
create table if not exists ${MARKER_TABLE} (epoch bigint primary key, term bigint not null,
  from_term bigint not null, switch_lsn text not null);
create table if not exists ${BEAT_TABLE} (beat bigint not null);
insert into ${BEAT_TABLE} select 0 where not exists (select 1 from ${BEAT_TABLE})`;

/** Sessions of clients: with a socket, and neither replication nor ours nor a tool of the family. */
export const END_CLIENTS_SQL = `select pid, pg_terminate_backend(pid) from pg_stat_activity
  where client_port is not null and application_name <> current_setting('application_name')
    and application_name not in ('gs_ctl', 'cm_agent', 'OM')
    and pid not in (select pid from pg_stat_replication)`;
