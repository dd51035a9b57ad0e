/**
 * The functions and views of openGauss, over PostgreSQL's. They stand in a schema of their own that
 * is searched before `pg_catalog`, because some have the name of a function of PostgreSQL and other
 * columns. Signatures: openGauss `builtin_funcs.ini`.
 */
export const FACADE_SQL = `
create schema front;

create table front.term_log (term bigint not null);

create function front.word(file text) returns text language sql volatile as
$$ select trim(E'\\n ' from coalesce(pg_read_file(file, 0, 1000, true), '')) $$;

create function front.opengauss_version() returns text language sql as $$ select '5.0.0'::text $$;

create function front.vb_version() returns text language sql as
$$ select 'emulated by mha4rdb on PostgreSQL ' || current_setting('server_version') $$;

create function front.pg_current_xlog_location() returns text language sql as
$$ select pg_current_wal_lsn()::text $$;

create function front.pg_last_xlog_receive_location() returns text language sql as
$$ select pg_last_wal_receive_lsn()::text $$;

create function front.visible_term() returns bigint language sql volatile as
$$ select greatest(coalesce((select max(term) from front.term_log), 0),
     coalesce(nullif(front.word('front.term'), '')::bigint, 0)) $$;

create function front.pg_last_xlog_replay_location(out term text, out lsn text) language sql volatile as
$$ select front.visible_term()::text, coalesce(pg_last_wal_replay_lsn()::text, '0/0') $$;

create function front.pg_xlog_location_diff(text, text) returns numeric language sql as
$$ select pg_wal_lsn_diff($1::pg_lsn, $2::pg_lsn) $$;

create function front.gs_write_term_log() returns boolean language plpgsql volatile as $$
begin
  insert into front.term_log values (front.visible_term());
  return true;
end $$;

create function front.pg_stat_get_stream_replications(out local_role text,
  out static_connections integer, out db_state text, out detail_information text)
returns setof record language sql volatile as $$
  select mode, coalesce(nullif(front.word('front.peers'), '')::integer, 0),
    case when mode = 'Standby' and not follows then 'Need repair' else 'Normal' end,
    case when mode = 'Standby' and not follows then 'Disconnected' else 'Normal' end
  from (select front.word('front.mode') as mode,
    exists (select from pg_catalog.pg_stat_wal_receiver where status = 'streaming') as follows) s $$;

create view front.pg_stat_replication as select pid::bigint as pid, usesysid, usename,
  application_name, client_addr, client_hostname, client_port, backend_start,
  initcap(state) as state, sent_lsn::text as sender_sent_location,
  write_lsn::text as receiver_write_location, flush_lsn::text as receiver_flush_location,
  replay_lsn::text as receiver_replay_location, sync_priority, initcap(sync_state) as sync_state
from pg_catalog.pg_stat_replication where state <> 'backup';

create function front.pg_stat_get_wal_senders(out pid bigint, out sender_pid integer,
  out local_role text, out peer_role text, out peer_state text, out state text,
  out catchup_start timestamptz, out catchup_end timestamptz, out sender_sent_location text,
  out sender_write_location text, out sender_flush_location text, out sender_replay_location text,
  out receiver_received_location text, out receiver_write_location text,
  out receiver_flush_location text, out receiver_replay_location text, out sync_percent text,
  out sync_state text, out sync_priority integer, out sync_most_available text, out channel text)
returns setof record language sql as $$
  select r.pid::bigint, r.pid, 'Primary'::text, 'Standby'::text, 'Normal'::text, initcap(r.state),
    null::timestamptz, null::timestamptz, r.sent_lsn::text, pg_current_wal_lsn()::text,
    pg_current_wal_flush_lsn()::text, pg_current_wal_lsn()::text, r.write_lsn::text,
    r.write_lsn::text, r.flush_lsn::text, r.replay_lsn::text, '100%'::text,
    initcap(r.sync_state), r.sync_priority, 'Off'::text,
    host(inet_server_addr()) || ':' || current_setting('port') || '-->' || host(r.client_addr) || ':' || r.client_port
  from pg_catalog.pg_stat_replication r where r.state <> 'backup' $$;

create function front.pg_stat_get_wal_receiver(out receiver_pid integer, out local_role text,
  out peer_role text, out peer_state text, out state text, out sender_sent_location text,
  out sender_write_location text, out sender_flush_location text, out sender_replay_location text,
  out receiver_received_location text, out receiver_write_location text,
  out receiver_flush_location text, out receiver_replay_location text, out sync_percent text,
  out channel text)
returns setof record language sql as $$
  select r.pid, 'Standby'::text, 'Primary'::text, 'Normal'::text,
    (case when r.status = 'streaming' then 'Normal' else 'Starting' end)::text,
    r.latest_end_lsn::text, r.latest_end_lsn::text, r.latest_end_lsn::text, r.latest_end_lsn::text,
    pg_last_wal_receive_lsn()::text, r.written_lsn::text, r.flushed_lsn::text,
    pg_last_wal_replay_lsn()::text, '100%'::text,
    'localhost:0<--' || r.sender_host || ':' || r.sender_port
  from pg_catalog.pg_stat_wal_receiver r $$;

create function front.read_disable_conn_file(out disconn_mode text, out disconn_host text,
  out disconn_port text, out local_host text, out local_port text, out redo_finished text)
returns setof record language sql volatile as $$
  select coalesce(nullif(split_part(words, ' ', 1), ''), 'polling_connection'),
    split_part(words, ' ', 2), coalesce(nullif(split_part(words, ' ', 3), ''), '0'),
    'localhost'::text, '0'::text,
    (pg_last_wal_receive_lsn() is not distinct from pg_last_wal_replay_lsn())::text
  from (select front.word('front.disable_conn') as words) s $$;

create function front.disable_conn(mode text, host text, port integer) returns void
language plpgsql volatile as $$
declare
  wanted text := mode || ' ' || coalesce(host, '') || ' ' || coalesce(port, 0);
  path text := current_setting('data_directory') || '/front.disable_conn';
  before text;
begin
  if mode not in ('polling_connection', 'specify_connection', 'prohibit_connection') then
    raise exception 'Connection mode should be polling_connection or specify_connection or prohibit_connection';
  end if;
  execute format('copy (select %L) to %L', wanted, path);
  -- The process before this server takes the file, and says so.
  for i in 1..500 loop
    exit when front.word('front.disable_conn.done') = wanted;
    perform pg_sleep(0.01);
  end loop;
  if front.word('front.disable_conn.done') <> wanted then
    raise exception 'the emulation did not take the file in time';
  end if;
  if mode = 'prohibit_connection' and pg_is_in_recovery() then
    if exists (select from pg_catalog.pg_stat_activity where backend_type = 'walreceiver') then
      raise exception 'could not add lock when DN is not redo all xlog, redo done flag is false';
    end if;
    before := pg_last_wal_replay_lsn()::text;
    perform pg_sleep(0.03);
    if before <> pg_last_wal_replay_lsn()::text
      or pg_last_wal_replay_lsn() < pg_last_wal_receive_lsn() then
      raise exception 'could not add lock when DN is not redo all xlog.';
    end if;
  end if;
end $$;
`;

/** In every session the functions above come before PostgreSQL's of the same name. */
export const SEARCH_PATH_SQL = `alter role all set search_path = public, front, pg_catalog;`;
