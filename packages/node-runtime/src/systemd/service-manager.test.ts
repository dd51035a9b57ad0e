import { receiveNotices, type NotifyReceiver } from '../testing/notify-receiver.js';
import { openServiceManager, SILENT_MANAGER, watchdogOf } from './service-manager.js';

const ADDRESS = `@mha4rdb-manager-${process.pid}`;
let receiver: NotifyReceiver;
beforeEach(() => {
  receiver = receiveNotices(ADDRESS);
});
afterEach(() => receiver.close());

async function open(env: NodeJS.ProcessEnv) {
  const manager = await openServiceManager(env, 42);
  if (!manager.ok) throw new Error(manager.error.message);
  return manager.value;
}

test('the manager hears each thing once, and signs of life as often as they are given', async () => {
  const manager = await open({ NOTIFY_SOCKET: ADDRESS });
  manager.ready();
  manager.ready();
  manager.status('standby\nof n1');
  manager.status('standby of n1');
  manager.alive();
  manager.alive();
  manager.stopping();
  expect(receiver.drain()).toEqual([
    'READY=1',
    'STATUS=standby of n1',
    'WATCHDOG=1',
    'WATCHDOG=1',
    'STOPPING=1',
  ]);
  manager.close();
});

test('a database that is started later cannot speak for the agent', async () => {
  const env = { NOTIFY_SOCKET: ADDRESS, WATCHDOG_USEC: '10000000', WATCHDOG_PID: '42', HOME: '/' };
  const manager = await open(env);
  expect(manager.watchdogMs).toBe(10_000);
  expect(env).toEqual({ HOME: '/' });
  manager.close();
});

test('without a manager nothing is said', async () => {
  expect(await open({})).toBe(SILENT_MANAGER);
  expect(await open({ NOTIFY_SOCKET: '', WATCHDOG_USEC: '1000000' })).toBe(SILENT_MANAGER);
  expect(receiver.drain()).toEqual([]);
});

test.each([
  [{ WATCHDOG_USEC: '1500000' }, 1500],
  [{ WATCHDOG_USEC: '1500000', WATCHDOG_PID: '42' }, 1500],
  [{ WATCHDOG_USEC: '1500000', WATCHDOG_PID: '43' }, null],
  [{ WATCHDOG_USEC: '0' }, null],
  [{ WATCHDOG_USEC: 'soon' }, null],
  [{}, null],
])('the interval of %j is %j', (env, expected) => {
  expect(watchdogOf(env, 42)).toBe(expected);
});
