import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { durationOf, nodeIdOf, type Result } from '@mha4rdb/kernel';
import type { CallOptions, DatabaseAddress, DatabaseEngine } from '../engine.js';
import type { PostgresConfig } from './config.js';
import { createPostgresEngine } from './create-engine.js';
import { Deadline } from './deadline.js';
import { openSession, withSession, type Session } from './session.js';

/** One database of a lab, with its engine. */
export interface LabNode {
  readonly config: PostgresConfig;
  readonly address: DatabaseAddress;
  readonly engine: DatabaseEngine;
}

/** Real servers on loopback, each with a directory, a socket and an address of its own. */
export interface Lab {
  readonly root: string;
  readonly nodes: readonly LabNode[];
  readonly logged: string[];
  /** Stops every server and removes everything; for `afterAll`. */
  dispose(): Promise<void>;
}

export const soon: CallOptions = { deadline: durationOf(20_000) };
export const within = (milliseconds: number): CallOptions => ({
  deadline: durationOf(milliseconds),
});

export async function createLab(count: number, change: Partial<PostgresConfig> = {}): Promise<Lab> {
  const root = mkdtempSync(join(scratch(), 'mha-pg-'));
  chmodSync(root, 0o755);
  const logged: string[] = [];
  const members: DatabaseAddress[] = [];
  for (let i = 1; i <= count; i += 1) {
    members.push({ node: nodeIdOf(`n${i}`), host: `127.0.0.${i}`, port: await freePort() });
  }
  const nodes = members.map((address): LabNode => {
    const home = join(root, address.node);
    mkdirSync(home);
    const config: PostgresConfig = {
      node: address.node,
      binDir: binDir(),
      dataDir: join(home, 'data'),
      osUser: databaseUser(),
      port: address.port,
      socketDir: join(home, 'run'),
      superuser: { name: 'postgres', password: "su'per:pass" },
      replication: { name: 'replicator', password: 'repl\\pass' },
      parameters: { shared_buffers: '16MB', max_connections: '20' },
      hba: ['host all app 127.0.0.0/8 scram-sha-256'],
      members: () => members,
      log: (message) => logged.push(message),
      ...change,
    };
    return { config, address, engine: createPostgresEngine(config) };
  });
  const dispose = async (): Promise<void> => {
    for (const { engine } of nodes) await engine.stop('immediate', within(5000));
    await rm(root, { recursive: true, force: true });
  };
  return { root, nodes, logged, dispose };
}

/** The value of a result that must have succeeded. */
export async function done<Value>(result: Promise<Result<Value>>): Promise<Value> {
  const settled = await result;
  if (!settled.ok) throw new Error(`${settled.error.code}: ${settled.error.message}`);
  return settled.value;
}

/** The code of a result that must have failed. */
export async function failure(result: Promise<Result<unknown>>): Promise<string> {
  const settled = await result;
  return settled.ok ? 'it succeeded' : settled.error.code;
}

/** Makes a fresh directory a primary with an epoch's marker, open to clients. */
export async function becomePrimary(node: LabNode, epoch: number): Promise<void> {
  const { engine } = node;
  await done(engine.initialize(soon));
  await done(engine.startSealed(soon));
  await done(engine.promote(soon));
  await done(engine.writeMarker({ epoch: epoch as never, first: false }, soon));
  await done(engine.admit('all', soon));
}

/** Makes an absent directory a standby that streams from `from`. */
export async function becomeStandby(node: LabNode, from: LabNode): Promise<void> {
  await done(node.engine.clone(from.address, soon));
  await done(node.engine.startSealed(soon));
  await done(node.engine.follow(from.address, soon));
  await until(async () => (await node.engine.observe()).receiving === true);
}

/** Asks a server over its socket, as the agent. */
export function ask(node: LabNode, sql: string, milliseconds = 5000) {
  const deadline = Deadline.after(milliseconds);
  return withSession(socketOf(node), deadline, (session) => session.rows(sql, deadline));
}

/** Opens a client's session over TCP, which commits as the server says. */
export async function openClient(node: LabNode): Promise<Session> {
  const { name, password } = node.config.superuser;
  const target = { host: node.address.host, port: node.address.port, user: name, password };
  const session = await openSession(target, Deadline.after(5000));
  await session.rows(
    `set application_name = 'client'; set synchronous_commit = on`,
    Deadline.after(5000),
  );
  return session;
}

export function socketOf(node: LabNode) {
  const { socketDir, port, superuser } = node.config;
  return { host: socketDir, port, user: superuser.name };
}

/** Waits for a condition, at most ten seconds. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  if (!(await Deadline.after(10_000).until(20, condition))) throw new Error('it never came true');
}

/** Memory where there is any: a busy disk would make every start and copy take seconds. */
function scratch(): string {
  return existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
}

/** The newest PostgreSQL of this machine. */
export function binDir(): string {
  const base = '/usr/lib/postgresql';
  const versions = existsSync(base) ? readdirSync(base).map(Number) : [];
  return `${base}/${Math.max(...versions)}/bin`;
}

/** PostgreSQL refuses to run as root; anybody else runs it as themselves. */
export function databaseUser(): PostgresConfig['osUser'] {
  const me = userInfo();
  if (me.uid !== 0) return { name: me.username, uid: me.uid, gid: me.gid };
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith('postgres:'));
  const [name = '', , uid, gid] = line?.split(':') ?? [];
  return { name, uid: Number(uid), gid: Number(gid) };
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '0.0.0.0', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
