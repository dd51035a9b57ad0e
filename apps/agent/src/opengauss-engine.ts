import {
  createOpenGaussEngine,
  runningManagers,
  type DatabaseEngine,
  type OpenGaussConfig,
} from '@mha4rdb/db-control';
import type { DialectName } from '@mha4rdb/db-probe';
import { ok, type Failure, type Result } from '@mha4rdb/kernel';
import type { AgentConfig } from '@mha4rdb/node-runtime';
import type { EngineProblem } from './engine.js';
import { isIPv4 } from 'node:net';
import { configuredAddresses, type MemberAddresses } from './member-addresses.js';
import { operatingUser } from './operating-user.js';

/** The engine for a server of the openGauss family, or what keeps it from working on this host. */
export function openOpenGauss(
  config: AgentConfig,
  dialect: DialectName,
  addresses: () => MemberAddresses,
  log: (message: string) => void,
): Result<DatabaseEngine, EngineProblem> {
  const [problem] = openGaussProblems(config);
  if (problem !== undefined) return { ok: false, error: problem };
  const resolved = openGaussConfigOf(config, dialect, log);
  if (!resolved.ok) return resolved;
  const members = (): MemberAddresses['databases'] => addresses().databases;
  return ok(createOpenGaussEngine({ ...resolved.value, members }));
}

/** No password is looked up: the agent works as the initial user over the local socket. */
export function openGaussConfigOf(
  config: AgentConfig,
  dialect: DialectName,
  log: (message: string) => void,
): Result<OpenGaussConfig, EngineProblem> {
  const { database, node } = config;
  const user = operatingUser(database.osUser);
  if (!user.ok) return user;
  const { unix_socket_directory: socketDir, port: _port, ...parameters } = database.parameters;
  return ok({
    dialect,
    node,
    binDir: database.binDir,
    dataDir: database.dataDir,
    osUser: user.value,
    port: database.port,
    socketDir: socketDir ?? `${database.dataDir}.mha4rdb`,
    superuser: { name: database.superuser.name },
    parameters,
    hba: database.hba,
    members: () => configuredAddresses(config).databases,
    log,
  });
}

/** What the configuration asks for and this host or this version does not allow. */
export function openGaussProblems({
  database,
  election,
  members,
}: AgentConfig): readonly Failure<EngineProblem>[] {
  const problems: Failure<EngineProblem>[] = [];
  const managers = runningManagers();
  const named = members.flatMap(({ database: at }) =>
    at === undefined || isIPv4(at.host) ? [] : [at.host],
  );
  if (election !== 'agent') {
    problems.push({
      code: 'unsupported-election',
      message: `election ${election} is not supported for this engine by this version`,
      remedy: 'Use election: agent, on hosts without a cluster manager of the database.',
    });
  }
  if (database.slots.length > 0) {
    problems.push({
      code: 'unsupported-slots',
      message: 'database.slots is not supported for this engine by this version',
      remedy: 'Leave it out, and make such slots on the server by hand.',
    });
  }
  if (named.length > 0) {
    problems.push({
      code: 'unsupported-address',
      message: `${named.join(', ')}: the family locks a standby to a numeric address, and this version to IPv4`,
      remedy: 'Give the databases of all members as IPv4 addresses.',
    });
  }
  if (managers.length > 0) {
    problems.push({
      code: 'other-manager',
      message: `${managers.join(', ')} runs on this host and promotes by itself: two that do make two primaries`,
      remedy: 'Stop and disable it on all members, or leave the failover to it.',
    });
  }
  return problems;
}
