import type { HostGuard, HostState } from '@mha4rdb/host-linux';
import { instantOf, ok } from '@mha4rdb/kernel';
import {
  systemClock,
  type AgentConfig,
  type EdgeContext,
  type NodeInput,
} from '@mha4rdb/node-runtime';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { drivenVipsOf } from './driven-vips.js';
import { HostFence } from './host-fence.js';

let cloud: string;
let fence: HostFence;
const posted: NodeInput[] = [];
beforeEach(() => {
  cloud = mkdtempSync(path.join(tmpdir(), 'driven-'));
  posted.length = 0;
  fence = assembled();
});
afterEach(() => {
  fence.close();
  rmSync(cloud, { recursive: true });
});

const shell = (script: string) => ['/bin/sh', '-c', script];

function assembled(): HostFence {
  const file = path.join(cloud, 'address');
  const hook = {
    driver: 'hook',
    address: '203.0.113.10',
    prefix: 32,
    acquire: shell(`echo "$MHA_CLUSTER $MHA_NODE $MHA_VIP $MHA_VIP_PREFIX $MHA_EPOCH" > ${file}`),
    // A cloud takes its time.
    release: shell(`sleep 0.3; rm -f ${file}`),
    status: shell(`[ -e ${file} ]`),
    timeout: 3000,
  };
  const config = {
    cluster: 'hci-a',
    node: 'n1',
    database: { port: 5432 },
    vip: [hook, { driver: 'none', address: '203.0.113.11', prefix: 32 }],
  } as unknown as AgentConfig;
  const state = () => ({ cluster: { epoch: 7 } });
  const context = { clock: systemClock, state } as unknown as EdgeContext;
  const made: HostFence = new HostFence(
    kernel(),
    systemClock,
    (input) => posted.push(input),
    () => undefined,
    null,
    drivenVipsOf(config, context, { changed: () => made.refresh(), problem: () => undefined }),
  );
  return made;
}

/** A kernel that does what it is told, without any address of its own. */
function kernel(): HostGuard {
  const state = (port: HostState['port']): HostState => ({
    ...{ fencing: 'port', port, portLeftMs: 0, vips: [] },
    ...{ lapses: 0, restored: 0, vipTrouble: null },
  });
  const enforce = ({ kind }: { kind: HostState['port'] }) => ok(state(kind));
  return { enforce, observe: () => ok(state('closed')) } as unknown as HostGuard;
}

const seen = () => {
  const last = posted.at(-1);
  if (last?.type !== 'hostObserved') throw new Error('nothing was observed');
  const { vips, vip, open, vipUnsure = false } = last.host;
  return {
    held: vips.filter(({ held }) => held).map(({ address }) => address),
    vip,
    open,
    vipUnsure,
  };
};

async function until(what: string, condition: () => boolean): Promise<void> {
  const end = systemClock.now() + 10_000;
  while (!condition()) {
    if (systemClock.now() > end) throw new Error(`in vain: ${what}`);
    await sleep(5);
  }
}

test('an address that commands move comes after the port is open, and counts until it is seen gone', async () => {
  fence.enforce({ kind: 'inherit' });
  fence.enforce({ kind: 'closed' });
  expect(seen()).toMatchObject({ vip: false, vipUnsure: true });
  await until('the first look', () => !seen().vipUnsure);
  fence.enforce({ kind: 'open', until: instantOf(systemClock.now() + 60_000), vip: true });
  expect(seen()).toMatchObject({ held: ['203.0.113.11/32'], open: true });
  await until('the address', () => seen().held.length === 2);
  expect(readFileSync(path.join(cloud, 'address'), 'utf8')).toBe('hci-a n1 203.0.113.10 32 7\n');

  fence.enforce({ kind: 'closed' });
  // The port is closed at once; a release is not proposed while the cloud still leads clients here.
  expect(seen()).toMatchObject({ vipUnsure: true, open: false });
  await until('the release', () => !seen().vipUnsure);
  expect(existsSync(path.join(cloud, 'address'))).toBe(false);
  expect(seen()).toEqual({ held: [], vip: false, open: false, vipUnsure: false });
});

test('beside a primary whose grant is not known nothing is moved', async () => {
  fence.enforce({ kind: 'inherit' });
  await sleep(300);
  expect(existsSync(path.join(cloud, 'address'))).toBe(false);
  expect(seen()).toMatchObject({ vip: false, vipUnsure: true });
});
