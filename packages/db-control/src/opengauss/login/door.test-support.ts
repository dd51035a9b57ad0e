import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { dialectOf } from '@mha4rdb/db-probe';
import { freePort, type Lab, type LabNode } from '../../postgres/lab.test-support.js';
import { LoginGate } from './login-gate.js';
import type { OpenGaussAccess } from './open-session.js';

const PROGRAM = join(__dirname, '../../../../../tools/dist/opengauss-front/door-main.js');

/** What the emulated server reports of a login. */
export interface DoorEvent {
  readonly event: string;
  readonly user?: string;
  readonly code?: number;
  readonly minor?: number;
  readonly failures?: number;
  readonly tls?: boolean;
}

/** The outside of an emulated server of the openGauss family, before a real PostgreSQL server. */
export interface OpenDoor {
  readonly events: DoorEvent[];
  readonly port: number;
  access(user: string, password?: string): OpenGaussAccess;
  close(): Promise<void>;
}

export const USERS = [
  { name: 'sha', password: 'Test@123', storage: 'sha256', iterations: 10_000 },
  { name: 'old', password: 'Test@123', storage: 'sha256', iterations: 2048 },
  { name: 'both', password: 'Test@123', storage: 'combined', iterations: 10_000 },
  { name: 'md5', password: 'Test@123', storage: 'md5', iterations: 1 },
  { name: 'sm3', password: 'Test@123', storage: 'sm3', iterations: 10_000 },
] as const;

/** Opens a door before the server of `node`, as a process of its own. */
export async function openDoor(
  lab: Lab,
  node: LabNode,
  change: Record<string, unknown> = {},
): Promise<OpenDoor> {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing; run npm run build`);
  const port = await freePort();
  const config = {
    listen: { host: '127.0.0.1', port },
    server: { socketDir: node.config.socketDir, port: node.config.port },
    method: 'sha256',
    users: USERS,
    initialUser: 'omm',
    failedLoginAttempts: 10,
    passwordLockMs: 86_400_000,
    newestMinor: 51,
    ...change,
  };
  const file = join(lab.root, `door-${port}.json`);
  writeFileSync(file, JSON.stringify(config));
  const child = spawn(process.execPath, [PROGRAM, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const events: DoorEvent[] = [];
  const lines = createInterface({ input: child.stdout });
  const listening = once(lines, 'line');
  lines.on('line', (line) => events.push(JSON.parse(line) as DoorEvent));
  await listening;
  return {
    events,
    port,
    access: (user, password) => ({
      dialect: dialectOf('vastbase'),
      host: '127.0.0.1',
      port,
      user,
      database: 'postgres',
      gate: new LoginGate(user),
      ...(password === undefined ? {} : { password }),
    }),
    close: () => ended(child),
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill();
  await once(child, 'exit');
}
