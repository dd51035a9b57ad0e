/**
 * Settings that are always ours, each with its reason. A different value of the operator's is
 * overridden and reported, because it would make failover slow or unsafe.
 */
export const FORCED_SETTINGS: Readonly<Record<string, string>> = {
  // A standby must answer questions: position, drained, role.
  hot_standby: 'on',
  // Without it (or checksums) a diverged old primary cannot be rewound, only copied anew.
  wal_log_hints: 'on',
  // A torn page after a power loss could not be repaired, and pg_rewind needs whole images.
  full_page_writes: 'on',
  // An acknowledged commit must be on this disk; a primary that loses its own log is diverged.
  fsync: 'on',
  // A crash must end the server: the agent releases the grant first, then decides who goes on.
  restart_after_crash: 'off',
  // A standby must follow through promotions of others.
  recovery_target_timeline: 'latest',
  // A delayed standby would have to replay the delay while nobody can write.
  recovery_min_apply_delay: '0',
  // 5 s by default, and part of the write gap: how soon a standby tries its (new) upstream again,
  // and how soon a sealed one is known to have nothing left to replay.
  wal_retrieve_retry_interval: '100ms',
  // How soon the primary knows what a standby has replayed when nothing else makes it answer.
  wal_receiver_status_interval: '1s',
  // Passwords are sent as verifiers; md5 ones would not fit the access rules.
  password_encryption: 'scram-sha-256',
  // Process titles and activity must show what processes wait for: the proofs read them.
  track_activities: 'on',
  // An fsync that failed may have lost pages; trying again would call them written.
  data_sync_retry: 'off',
};

/** Settings that we choose and the operator may change, each with its reason. */
export const DEFAULT_SETTINGS: Readonly<Record<string, string>> = {
  // Members, clones (two connections each), rewinds and the operator's own receivers.
  max_wal_senders: '20',
  max_replication_slots: '20',
  // A standby that was away this much log long comes back without a copy.
  wal_keep_size: '1GB',
  // And the slots that members keep for each other (see `planSlots`) hold this much at most: a member
  // that is away for longer is copied anew, rather than the disk of all others filled.
  max_slot_wal_keep_size: '4GB',
  // A connection whose host vanished ends soon: a fast stop waits for it (60 s by default).
  wal_sender_timeout: '5s',
  wal_receiver_timeout: '5s',
  // Clients whose host vanished do not hold locks and connections for two hours.
  tcp_keepalives_idle: '10',
  tcp_keepalives_interval: '3',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '15s',
  // The agent's session gets in when clients have taken all connections.
  superuser_reserved_connections: '5',
  // Whoever does not prove who they are keeps a place, even a reserved one, for a minute otherwise.
  authentication_timeout: '10s',
  // Local consumers must not pass by the fence, which guards the network port only (protocol §5).
  unix_socket_permissions: '0700',
  // English, so that "starting", "shutting down" and "not consistent yet" can be told apart.
  lc_messages: 'C',
  // Recovery after a crash replays at most this long a log; it is part of every restart in place.
  checkpoint_timeout: '5min',
  synchronous_commit: 'on',
  wal_level: 'replica',
};

/** Defaults that older servers do not know, by the first major version that does. */
const DEFAULTS_SINCE: readonly (readonly [number, string, string])[] = [
  // A start after a crash syncs every file one by one otherwise: measured 210 ms against 120 ms in
  // a directory of a thousand files, and it grows with their number. Part of a restart in place.
  [14, 'recovery_init_sync_method', 'syncfs'],
];

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  // Weaker levels do not wait for the standby's flush, so a rule would promise too much.
  synchronous_commit: ['on', 'remote_apply'],
  wal_level: ['replica', 'logical'],
};

/** Names that only mha4rdb sets, with values that depend on the node or change while it runs. */
export const OWN_SETTINGS = [
  'port',
  'unix_socket_directories',
  'primary_conninfo',
  'primary_slot_name',
  'synchronous_standby_names',
  'promote_trigger_file',
] as const;

export interface MergedSettings {
  readonly settings: ReadonlyMap<string, string>;
  /** Operator's parameters that were not taken, as sentences. */
  readonly refused: readonly string[];
}

/**
 * Ours and the operator's parameters in one, for a server of a major version; what the operator may
 * not set is refused by name.
 */
export function mergeSettings(
  parameters: Readonly<Record<string, string>>,
  version: number,
): MergedSettings {
  const settings = new Map(Object.entries({ listen_addresses: '*', ...DEFAULT_SETTINGS }));
  for (const [since, name, value] of DEFAULTS_SINCE) {
    if (version >= since) settings.set(name, value);
  }
  const refused: string[] = [];
  for (const [given, value] of Object.entries(parameters)) {
    const name = given.toLowerCase();
    const reason = reasonToRefuse(name, value);
    if (reason === undefined) settings.set(name, value);
    else refused.push(`database.parameters.${given} = ${value} is not used: ${reason}`);
  }
  for (const [name, value] of Object.entries(FORCED_SETTINGS)) settings.set(name, value);
  return { settings, refused };
}

const SERVER_DEFAULTS: Readonly<Record<string, number>> = {
  max_connections: 100,
  max_worker_processes: 8,
  max_wal_senders: 10,
  max_prepared_transactions: 0,
  max_locks_per_transaction: 64,
};

/**
 * Settings that must be raised for a start as a standby, which we always do: the server refuses to
 * replay with less than what the log was written under. `configured` is what would be in force.
 */
export function raisedSettings(
  floors: Readonly<Record<string, number>>,
  configured: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> {
  const raised: Record<string, string> = {};
  for (const [name, floor] of Object.entries(floors)) {
    if (Number(configured.get(name) ?? SERVER_DEFAULTS[name] ?? 0) < floor) {
      raised[name] = String(floor);
    }
  }
  return raised;
}

/** The names that `raisedSettings` may raise; all of them change by a restart only. */
export const RAISABLE_SETTINGS: readonly string[] = Object.keys(SERVER_DEFAULTS);

/** Every name that may not stand in `postgresql.auto.conf`, which would override our file. */
export function settingsToStrip(
  parameters: Readonly<Record<string, string>>,
  version: number,
): ReadonlySet<string> {
  return new Set([...mergeSettings(parameters, version).settings.keys(), ...OWN_SETTINGS]);
}

function reasonToRefuse(name: string, value: string): string | undefined {
  const forced = FORCED_SETTINGS[name];
  if (forced !== undefined) {
    return value === forced ? undefined : `failover needs ${name} = ${forced}`;
  }
  if ((OWN_SETTINGS as readonly string[]).includes(name)) return `mha4rdb sets ${name} itself`;
  const allowed = ALLOWED[name];
  if (allowed !== undefined && !allowed.includes(value)) {
    return `${name} must be one of ${allowed.join(', ')}`;
  }
  return undefined;
}
