import {
  createPostgresEngine,
  type DatabaseAddress,
  type DatabaseEngine,
  type PostgresConfig,
} from '@mha4rdb/db-control';
import { err, ok, type NodeId, type Result } from '@mha4rdb/kernel';
import type { AgentConfig, DatabaseUser } from '@mha4rdb/node-runtime';
import { readFileSync } from 'node:fs';
import { operatingUser } from './operating-user.js';

export type EngineProblem = 'unsupported-engine' | 'no-password' | 'no-such-user';

/** The engine for the configured database, or what the configuration still lacks on this host. */
export function openEngine(
  config: AgentConfig,
  log: (message: string) => void,
): Result<DatabaseEngine, EngineProblem> {
  const resolved = postgresConfigOf(config, log);
  return resolved.ok ? ok(createPostgresEngine(resolved.value)) : resolved;
}

/** Secrets are read and names looked up here, once; the engine sees values only. */
export function postgresConfigOf(
  config: AgentConfig,
  log: (message: string) => void,
): Result<PostgresConfig, EngineProblem> {
  const { database } = config;
  if (database.engine !== 'postgres') {
    return err(
      'unsupported-engine',
      `database.engine ${database.engine} is not supported by this version`,
      'use postgres',
    );
  }
  const superuser = login(database.superuser);
  if (!superuser.ok) return superuser;
  const replication = login(database.replication);
  if (!replication.ok) return replication;
  const user = operatingUser(database.osUser);
  if (!user.ok) return user;
  const { unix_socket_directories: sockets, ...parameters } = database.parameters;
  return ok({
    node: config.node,
    binDir: database.binDir,
    dataDir: database.dataDir,
    osUser: user.value,
    port: database.port,
    socketDir: sockets?.split(',')[0]?.trim() ?? `${database.dataDir}.mha4rdb`,
    superuser: superuser.value,
    replication: replication.value,
    parameters,
    hba: database.hba,
    members: databaseAddresses(config),
    log,
  });
}

/** The data members' databases, as the configuration lists them. */
export function databaseAddresses(config: AgentConfig): readonly DatabaseAddress[] {
  return config.members.flatMap(({ id, database }) =>
    database === undefined ? [] : [{ node: id, host: database.host, port: database.port }],
  );
}

export function addressFrom(addresses: readonly DatabaseAddress[]) {
  return (id: NodeId): DatabaseAddress | undefined => addresses.find(({ node }) => node === id);
}

function login(user: DatabaseUser): Result<{ name: string; password: string }, 'no-password'> {
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
