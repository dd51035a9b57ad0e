import { AGENT_KEYS } from './agent-keys.js';
import { BASE_KEYS } from './base-keys.js';
import type {
  BaseConfig,
  DatabaseConfig,
  DatabaseUser,
  HooksConfig,
  TlsConfig,
  WatchdogConfig,
} from './config.js';
import type { Resolved } from './resolve.js';
import { readPort } from './scalar-readers.js';

type Get = Resolved['get'];

/** Puts the single values together; call it only when each of them is right. */
export function buildBase(get: Get): BaseConfig {
  const members = get(BASE_KEYS.members);
  const dataMembers = members.filter(({ role }) => role === 'data').length;
  const tls = tlsOf(get);
  const tokens = get(BASE_KEYS.tokens);
  return {
    cluster: get(BASE_KEYS.cluster),
    node: get(BASE_KEYS.node),
    listen: get(BASE_KEYS.listen),
    dataDir: get(BASE_KEYS.dataDir),
    members,
    timing: get(BASE_KEYS.timing),
    durability: {
      mode: get(BASE_KEYS.durabilityMode),
      degrade: get(BASE_KEYS.durabilityDegrade) ?? dataMembers === 2,
    },
    election: get(BASE_KEYS.election),
    stopMode: get(BASE_KEYS.stopMode),
    switchover: { readyTimeout: get(BASE_KEYS.switchoverReadyTimeout) },
    security: {
      insecure: get(BASE_KEYS.insecure),
      ...(tls === undefined ? {} : { tls }),
      ...(tokens === undefined ? {} : { tokens }),
    },
    log: { level: get(BASE_KEYS.logLevel), pretty: get(BASE_KEYS.logPretty) },
  };
}

export function buildDatabase(get: Get, base: BaseConfig): DatabaseConfig {
  const engine = get(AGENT_KEYS.engine);
  const usual = USUAL[engine];
  const own = base.members.find(({ id }) => id === base.node)?.database;
  const osUser = get(AGENT_KEYS.osUser) ?? usual.osUser;
  return {
    engine,
    binDir: get(AGENT_KEYS.binDir),
    dataDir: get(AGENT_KEYS.databaseDir),
    osUser,
    port: get(AGENT_KEYS.port) ?? namedPort(get) ?? own?.port ?? usual.port,
    superuser: userOf(
      get(AGENT_KEYS.superuserName) ?? usual.superuser ?? osUser,
      get(AGENT_KEYS.superuserPasswordFile),
    ),
    replication: userOf(get(AGENT_KEYS.replicationName), get(AGENT_KEYS.replicationPasswordFile)),
    parameters: get(AGENT_KEYS.parameters),
    hba: get(AGENT_KEYS.hba),
    slots: get(AGENT_KEYS.slots),
    cloneCommand: get(AGENT_KEYS.cloneCommand),
  };
}

export function buildHooks(get: Get): HooksConfig {
  return {
    preStop: get(AGENT_KEYS.preStop),
    prePromote: get(AGENT_KEYS.prePromote),
    onRoleChange: get(AGENT_KEYS.onRoleChange),
    timeout: get(AGENT_KEYS.hookTimeout),
    roleChangeTimeout: get(AGENT_KEYS.roleChangeTimeout),
  };
}

export function buildWatchdog(get: Get): WatchdogConfig {
  return {
    mode: get(AGENT_KEYS.watchdogMode),
    device: get(AGENT_KEYS.watchdogDevice),
    timeout: get(AGENT_KEYS.watchdogTimeout),
  };
}

interface Usual {
  readonly osUser: string;
  readonly port: number;
  /** Unless it is the user of the operating system. */
  readonly superuser?: string;
}

/** What holds where nothing is configured, as the servers' own installations have it. */
const USUAL: Readonly<Record<DatabaseConfig['engine'], Usual>> = {
  postgres: { osUser: 'postgres', port: 5432, superuser: 'postgres' },
  vastbase: { osUser: 'vastbase', port: 5432 },
  opengauss: { osUser: 'omm', port: 5432 },
  mogdb: { osUser: 'omm', port: 26_000 },
  panweidb: { osUser: 'omm', port: 17_700 },
  mysql: { osUser: 'mysql', port: 3306, superuser: 'root' },
  mariadb: { osUser: 'mysql', port: 3306, superuser: 'root' },
};

/** `database.parameters.port`, where people who know their server write it. */
function namedPort(get: Get): number | undefined {
  const { port } = get(AGENT_KEYS.parameters);
  const read = port === undefined ? undefined : readPort(port);
  return read?.ok === true ? read.value : undefined;
}

function userOf(name: string, passwordFile: string | undefined): DatabaseUser {
  return passwordFile === undefined ? { name } : { name, passwordFile };
}

function tlsOf(get: Get): TlsConfig | undefined {
  const ca = get(BASE_KEYS.tlsCa);
  const cert = get(BASE_KEYS.tlsCert);
  const key = get(BASE_KEYS.tlsKey);
  return ca === undefined || cert === undefined || key === undefined
    ? undefined
    : { ca, cert, key };
}
