import {
  createPostgresEngine,
  type DatabaseEngine,
  type PostgresConfig,
} from '@mha4rdb/db-control';
import { isDialectName } from '@mha4rdb/db-probe';
import { err, ok, type Failure, type Result } from '@mha4rdb/kernel';
import type { AgentConfig, DatabaseUser } from '@mha4rdb/node-runtime';
import { readFileSync } from 'node:fs';
import { configuredAddresses, type MemberAddresses } from './member-addresses.js';
import { openOpenGauss } from './opengauss-engine.js';
import { operatingUser, type OperatingUser } from './operating-user.js';

export type EngineProblem =
  | 'unsupported-engine'
  | 'no-password'
  | 'no-such-user'
  | 'unsupported-election'
  | 'unsupported-slots'
  | 'unsupported-address'
  | 'other-manager';

/**
 * The engine for the configured database, or what the configuration still lacks on this host.
 * `addresses` is asked whenever access rules are written.
 */
export function openEngine(
  config: AgentConfig,
  addresses: () => MemberAddresses,
  log: (message: string) => void,
): Result<DatabaseEngine, EngineProblem> {
  if (isDialectName(config.database.engine)) {
    return openOpenGauss(config, config.database.engine, addresses, log);
  }
  const resolved = postgresConfigOf(config, log);
  if (!resolved.ok) return resolved;
  const members = (): MemberAddresses['databases'] => addresses().databases;
  return ok(createPostgresEngine({ ...resolved.value, members }));
}

/** Secrets are read and names looked up here, once; the engine sees values only. */
export function postgresConfigOf(
  config: AgentConfig,
  log: (message: string) => void,
): Result<PostgresConfig, EngineProblem> {
  const { engine, superuser, replication, user } = lookUp(config);
  if (!engine.ok) return engine;
  if (!superuser.ok) return superuser;
  if (!replication.ok) return replication;
  if (!user.ok) return user;
  const logins = { superuser: superuser.value, replication: replication.value };
  return ok(assemble(config, logins, user.value, log));
}

/** What can be looked at on this host although passwords are missing; they are empty then. */
export function inspectable(config: AgentConfig): PostgresConfig | undefined {
  const { engine, superuser, replication, user } = lookUp(config);
  if (!engine.ok || !user.ok) return undefined;
  const known = (found: typeof superuser, { name }: DatabaseUser): Login =>
    found.ok ? found.value : { name, password: '' };
  const logins = {
    superuser: known(superuser, config.database.superuser),
    replication: known(replication, config.database.replication),
  };
  return assemble(config, logins, user.value, () => undefined);
}

function assemble(
  config: AgentConfig,
  { superuser, replication }: { readonly superuser: Login; readonly replication: Login },
  osUser: OperatingUser,
  log: (message: string) => void,
): PostgresConfig {
  const { database } = config;
  // The port has a key of its own, which the configuration has compared with this one.
  const { unix_socket_directories: sockets, port: _port, ...parameters } = database.parameters;
  return {
    node: config.node,
    binDir: database.binDir,
    dataDir: database.dataDir,
    osUser,
    port: database.port,
    socketDir: sockets?.split(',')[0]?.trim() ?? `${database.dataDir}.mha4rdb`,
    superuser,
    replication,
    parameters,
    hba: database.hba,
    cloneCommand: database.cloneCommand,
    permanentSlots: database.slots,
    members: () => configuredAddresses(config).databases,
    log,
  };
}

/** All that {@link postgresConfigOf} misses on this host, not only the first. */
export function missingOnHost(config: AgentConfig): readonly Failure<EngineProblem>[] {
  return Object.values(lookUp(config)).flatMap((found) => (found.ok ? [] : [found.error]));
}

function lookUp({ database }: AgentConfig) {
  return {
    engine: supported(database.engine),
    superuser: login(database.superuser),
    replication: login(database.replication),
    user: operatingUser(database.osUser),
  };
}

function supported(engine: string): Result<void, 'unsupported-engine'> {
  if (engine === 'postgres') return ok(undefined);
  const message = `database.engine ${engine} is not supported by this version`;
  return err('unsupported-engine', message, 'use postgres, or vastbase and its family');
}

interface Login {
  readonly name: string;
  readonly password: string;
}

function login(user: DatabaseUser): Result<Login, 'no-password'> {
  if (user.passwordFile === undefined) return ok({ name: user.name, password: '' });
  try {
    return ok({ name: user.name, password: readFileSync(user.passwordFile, 'utf8').trimEnd() });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return err(
      'no-password',
      `cannot read the password of ${user.name}: ${reason}`,
      `put it into ${user.passwordFile}, readable by the agent only (mode 0600)`,
    );
  }
}
