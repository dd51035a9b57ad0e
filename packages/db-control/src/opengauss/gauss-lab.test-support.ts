import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dialectOf, type DialectName, type Row } from '@mha4rdb/db-probe';
import { nodeIdOf } from '@mha4rdb/kernel';
import type { DatabaseAddress, DatabaseEngine } from '../engine.js';
import { Deadline } from '../postgres/deadline.js';
import { binDir, databaseUser, freePort, within } from '../postgres/lab.test-support.js';
import type { OpenGaussConfig } from './config.js';
import { gaussContextOf, withGauss, type GaussContext } from './context.js';
import { createOpenGaussEngine } from './create-engine.js';

const INSTALL = join(__dirname, '../../../../tools/dist/opengauss-front/programs/install-main.js');

/** One emulated server with its engine. */
export interface GaussNode {
  readonly config: OpenGaussConfig;
  readonly address: DatabaseAddress;
  readonly engine: DatabaseEngine;
  readonly context: GaussContext;
  /** As the agent asks, over the local socket. */
  ask(sql: string): Promise<readonly Row[]>;
}

export interface GaussLab {
  readonly root: string;
  readonly nodes: readonly GaussNode[];
  dispose(): Promise<void>;
}

/** Emulated servers of the family on loopback: real PostgreSQL behind, see tools/opengauss-front. */
export async function createGaussLab(count: number, name: DialectName): Promise<GaussLab> {
  if (!existsSync(INSTALL)) throw new Error(`${INSTALL} is missing; run npm run build`);
  const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'mha-og-'));
  chmodSync(root, 0o755);
  const osUser = databaseUser();
  installPrograms(root, name, osUser.name);
  const members: DatabaseAddress[] = [];
  for (let i = 1; i <= count; i += 1) {
    members.push({ node: nodeIdOf(`n${i}`), host: `127.0.0.${i}`, port: await freePort() });
  }
  const nodes = members.map((address): GaussNode => {
    const home = join(root, address.node);
    mkdirSync(home);
    const dataDir = join(home, 'data');
    const config: OpenGaussConfig = {
      dialect: name,
      node: address.node,
      binDir: join(root, 'bin'),
      dataDir,
      osUser,
      port: address.port,
      socketDir: `${dataDir}.mha4rdb`,
      superuser: { name: osUser.name },
      parameters: { shared_buffers: '16MB' },
      hba: ['host all app 127.0.0.0/8 trust'],
      members: () => members,
      log: () => undefined,
    };
    const context = gaussContextOf(config);
    const ask = (sql: string): Promise<readonly Row[]> => {
      const deadline = Deadline.after(5000);
      return withGauss(context, deadline, (session) => session.rows(sql, deadline));
    };
    return { config, address, context, ask, engine: createOpenGaussEngine(config) };
  });
  const dispose = async (): Promise<void> => {
    for (const { engine } of nodes) await engine.stop('immediate', within(5000));
    await rm(root, { recursive: true, force: true });
  };
  return { root, nodes, dispose };
}

function installPrograms(root: string, name: DialectName, osUser: string): void {
  const { control, initialize, setSetting } = dialectOf(name);
  const wish = {
    names: { control, initialize, setSetting },
    installation: {
      postgresBinDir: binDir(),
      osUser,
      users: [],
      failedLoginAttempts: 10,
      passwordLockMs: 86_400_000,
    },
  };
  const file = join(root, 'install.json');
  writeFileSync(file, JSON.stringify(wish));
  const done = spawnSync(process.execPath, [INSTALL, join(root, 'bin'), file], {
    encoding: 'utf8',
  });
  if (done.status !== 0) throw new Error(done.stderr);
}
