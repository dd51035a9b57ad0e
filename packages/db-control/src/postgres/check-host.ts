import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { mergeSettings } from '@mha4rdb/db-probe';
import type { Failure } from '@mha4rdb/kernel';
import type { PostgresConfig } from './config.js';
import { Deadline } from './deadline.js';
import { inspectDirectory } from './directory.js';
import { readIfThere } from './durable-file.js';
import { ServerFailure } from './failure.js';
import { layoutOf } from './layout.js';
import { postmasterOf } from './processes.js';
import { withSession } from './session.js';
import { codeOf } from './system-error.js';

/** Why the engine could not work on this host. */
export type HostProblem = Failure<
  | 'missing-binary'
  | 'no-permission'
  | 'foreign-directory'
  | 'wrong-owner'
  | 'wrong-version'
  | 'port-in-use'
  | 'path-too-long'
  | 'wrong-password'
  | 'refused-parameter'
>;

const BINARIES = ['postgres', 'initdb', 'pg_basebackup', 'pg_rewind', 'pg_controldata'];
/** Bytes of a Unix socket's path, which the kernel cuts off after. */
const SOCKET_PATH_LIMIT = 107;

/**
 * Looks at this host with the eyes of the engine, for `--check`: answers all that would keep it from
 * working, each with its remedy. Changes nothing, and starts nothing.
 */
export async function checkPostgresHost(config: PostgresConfig): Promise<readonly HostProblem[]> {
  const user = checkUser(config);
  const [binaries = [], ...others] = await Promise.all([
    checkBinaries(config),
    checkDirectory(config),
    checkPort(config),
    checkPasswords(config),
    checkParameters(config),
  ]);
  return [binaries, user, ...others].flat();
}

async function checkBinaries(config: PostgresConfig): Promise<readonly HostProblem[]> {
  const missing: string[] = [];
  for (const name of BINARIES) {
    const path = join(config.binDir, name);
    await access(path, constants.X_OK).catch(() => missing.push(path));
  }
  if (missing.length === 0) return [];
  return [
    {
      code: 'missing-binary',
      message: `cannot run ${missing.join(', ')}`,
      remedy: 'Install the PostgreSQL server (13 or later), or correct database.binDir.',
    },
  ];
}

function checkUser(config: PostgresConfig): readonly HostProblem[] {
  const { osUser } = config;
  const me = process.getuid?.();
  if (osUser.uid === 0) {
    const message = 'PostgreSQL refuses to run as root';
    return [{ code: 'no-permission', message, remedy: 'Set database.osUser to its own user.' }];
  }
  if (me === 0 || me === osUser.uid) return [];
  return [
    {
      code: 'no-permission',
      message: `the agent runs as user ${me} and cannot become ${osUser.name}`,
      remedy: `Run the agent as root or as ${osUser.name}.`,
    },
  ];
}

async function checkDirectory(config: PostgresConfig): Promise<readonly HostProblem[]> {
  const { dataDir, osUser } = config;
  const directory = await inspectDirectory(dataDir);
  if (directory.kind === 'foreign') {
    const remedy = 'Name another directory in database.dataDir, or move this one away.';
    return [{ code: 'foreign-directory', message: directory.reason, remedy }];
  }
  if (directory.kind !== 'present') return [];
  const problems: HostProblem[] = [];
  const { uid } = await stat(dataDir);
  if (uid !== osUser.uid) {
    problems.push({
      code: 'wrong-owner',
      message: `${dataDir} belongs to user ${uid}, not to ${osUser.name}`,
      remedy: `Set database.osUser to its owner, or chown it to ${osUser.name}.`,
    });
  }
  const version = (await readIfThere(layoutOf(dataDir).versionFile))?.trim() ?? '';
  const installed = await installedVersion(config.binDir);
  if (installed !== undefined && installed !== version) {
    problems.push({
      code: 'wrong-version',
      message: `${dataDir} is of PostgreSQL ${version}, but ${config.binDir} is ${installed}`,
      remedy: 'Point database.binDir to the same version, or upgrade the directory first.',
    });
  }
  return problems;
}

/** The major version that lies beside the binaries; `undefined` where packages name it otherwise. */
async function installedVersion(binDir: string): Promise<string | undefined> {
  const named = /\/(\d+)\/bin\/?$/.exec(binDir)?.[1];
  if (named === undefined) return undefined;
  return access(binDir).then(
    () => named,
    () => undefined,
  );
}

async function checkPort(config: PostgresConfig): Promise<readonly HostProblem[]> {
  const problems: HostProblem[] = [];
  const socket = `${config.socketDir}/.s.PGSQL.${config.port}`;
  if (Buffer.byteLength(socket) > SOCKET_PATH_LIMIT) {
    problems.push({
      code: 'path-too-long',
      message: `the socket's path ${socket} is longer than ${SOCKET_PATH_LIMIT} bytes`,
      remedy: 'Set unix_socket_directories to a shorter path.',
    });
  }
  if (postmasterOf(config.dataDir) === undefined && (await isTaken(config.port))) {
    problems.push({
      code: 'port-in-use',
      message: `port ${config.port} is in use by something that is not this database`,
      remedy: `See "ss -ltnp sport = :${config.port}"; stop it, or set another database.port.`,
    });
  }
  return problems;
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(codeOf(error) === 'EADDRINUSE'));
    server.listen(port, () => server.close(() => resolve(false)));
  });
}

/** Only where the database runs already; what cannot be asked is no problem here. */
async function checkPasswords(config: PostgresConfig): Promise<readonly HostProblem[]> {
  const own = config.members().find((member) => member.node === config.node);
  if (own === undefined || postmasterOf(config.dataDir) === undefined) return [];
  const problems: HostProblem[] = [];
  for (const [key, login] of [
    ['superuser', config.superuser],
    ['replication', config.replication],
  ] as const) {
    const target = {
      host: own.host,
      port: own.port,
      user: login.name,
      password: login.password,
      replication: key === 'replication',
    };
    const deadline = Deadline.after(3000);
    const question = key === 'replication' ? 'IDENTIFY_SYSTEM' : 'select 1';
    const refusal = await withSession(target, deadline, (session) =>
      session.rows(question, deadline),
    ).then(
      () => undefined,
      (thrown: unknown) => (thrown instanceof ServerFailure ? thrown.view : undefined),
    );
    if (refusal?.kind !== 'wrong-password') continue;
    problems.push({
      code: 'wrong-password',
      message: `the database at ${own.host}:${own.port} does not accept the password of ${login.name}`,
      remedy: `Correct the file named in database.${key}.passwordFile, or the role's password.`,
    });
  }
  return problems;
}

async function checkParameters(config: PostgresConfig): Promise<readonly HostProblem[]> {
  const text = await readIfThere(layoutOf(config.dataDir).versionFile).catch(() => undefined);
  return mergeSettings(config.parameters, Number(text ?? 0)).refused.map((message) => ({
    code: 'refused-parameter' as const,
    message,
    remedy: 'Remove it from database.parameters.',
  }));
}
