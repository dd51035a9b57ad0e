import { durationOf, nodeIdOf, ok } from '@mha4rdb/kernel';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BaseConfig } from '../config/config.js';
import { runNode } from '../loop/run-node.js';
import { receiveNotices, type NotifyReceiver } from '../testing/notify-receiver.js';
import { LOCAL } from '../testing/served-node.js';
import { waitFor } from '../testing/wait-for.js';
import { serveNode } from './serve-node.js';

const ADDRESS = `@mha4rdb-serve-${process.pid}`;
let receiver: NotifyReceiver;
let dataDir: string;
beforeEach(() => {
  receiver = receiveNotices(ADDRESS);
  dataDir = mkdtempSync(path.join(tmpdir(), 'serve-node-'));
});
afterEach(() => {
  receiver.close();
  rmSync(dataDir, { recursive: true });
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP', 'uncaughtException', 'unhandledRejection']) {
    process.removeAllListeners(name);
  }
});

function singleNode(): BaseConfig {
  const address = { host: LOCAL, port: 0 };
  const node = nodeIdOf('n1');
  const database = { host: LOCAL, port: 2 };
  return {
    cluster: 'hci-a',
    node,
    listen: address,
    dataDir,
    members: [{ id: node, address: { host: LOCAL, port: 1 }, role: 'data', database, priority: 0 }],
    timing: 'fast',
    durability: { mode: 'majority', degrade: true },
    election: 'agent',
    stopMode: 'immediate',
    switchover: { readyTimeout: durationOf(5000) },
    security: { insecure: true },
    log: { level: 'fatal', pretty: false },
  };
}

test('the service manager hears of the start, of life, and of the end of a node', async () => {
  process.env['NOTIFY_SOCKET'] = ADDRESS;
  process.env['WATCHDOG_USEC'] = '2000000';
  const config = singleNode();
  const edge = () => ({
    startAction: () => undefined,
    cancelAction: () => undefined,
    fence: () => undefined,
  });
  const status = serveNode(
    config,
    () => null,
    async (hooks) => {
      const node = await runNode({ config, role: 'data', edge, ...hooks });
      return node.ok ? ok({ node: node.value, close: () => node.value.close() }) : node;
    },
  );
  const signs = () => receiver.drain().filter((notice) => notice === 'WATCHDOG=1').length;
  await waitFor('some signs of life', () => signs() >= 3);
  process.emit('SIGTERM');
  expect(await status).toBe(0);
  const heard = receiver.drain();
  expect(heard[0]).toBe('READY=1');
  expect(heard).toContainEqual(expect.stringMatching(/^STATUS=\w+, epoch 0, unavailable; /));
  expect(heard.filter((notice) => notice === 'STOPPING=1')).toHaveLength(1);
  expect(process.env['NOTIFY_SOCKET']).toBeUndefined();
});
