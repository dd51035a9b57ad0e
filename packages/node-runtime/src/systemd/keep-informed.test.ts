import { systemClock } from '../clock/monotonic-clock.js';
import type { NodeLoop } from '../loop/node-loop.js';
import { arbiterLoop, stopLoops, type Persist } from '../testing/arbiter-loop.js';
import { receiveNotices, type NotifyReceiver } from '../testing/notify-receiver.js';
import { waitFor } from '../testing/wait-for.js';
import { keepInformed } from './keep-informed.js';
import { openServiceManager } from './service-manager.js';

const ADDRESS = `@mha4rdb-informed-${process.pid}`;
const WATCHDOG_MS = 400;
let receiver: NotifyReceiver;
const stops: (() => void)[] = [];
beforeEach(() => {
  receiver = receiveNotices(ADDRESS);
});
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  stopLoops();
  receiver.close();
});

const signs = (): number => receiver.drain().filter((notice) => notice === 'WATCHDOG=1').length;

async function inform(loop: NodeLoop | null): Promise<void> {
  const env = { NOTIFY_SOCKET: ADDRESS, WATCHDOG_USEC: String(WATCHDOG_MS * 1000) };
  const manager = await openServiceManager(env, process.pid);
  if (!manager.ok) throw new Error(manager.error.message);
  const vitals = () => loop?.vitals() ?? null;
  const status = () => 'arbiter';
  stops.push(
    keepInformed(manager.value, { clock: systemClock, vitals, status }),
    manager.value.close,
  );
}

/** After this no sign may be given: what was allowed before has been sent. */
async function silenceSince(since: () => number | null): Promise<void> {
  const overdue = () => systemClock.now() - (since() ?? Infinity) > WATCHDOG_MS / 2;
  await waitFor('the tolerance to pass', overdue);
  const before = signs();
  const end = systemClock.now() + 2 * WATCHDOG_MS;
  await waitFor('two intervals', () => systemClock.now() > end);
  expect(signs()).toBe(before);
}

test('signs of life come while the loop takes up events and the disk answers', async () => {
  const { loop } = arbiterLoop(() => Promise.resolve());
  loop.start();
  await inform(loop);
  await waitFor('ten signs', () => signs() >= 10, 20_000);
  expect(receiver.drain()).toContain('STATUS=arbiter');
});

test('a disk that does not answer ends them, though the event loop turns', async () => {
  const never: Persist = () => new Promise(() => undefined);
  const { loop } = arbiterLoop(never);
  loop.start();
  await inform(loop);
  await waitFor('a first sign', () => signs() > 0);
  expect(loop.vitals().writingSince).not.toBeNull();
  await silenceSince(() => loop.vitals().writingSince);
});

test('a loop that takes up nothing ends them, though timers fire', async () => {
  const { loop } = arbiterLoop(() => Promise.resolve());
  loop.start();
  await inform(loop);
  await waitFor('a first sign', () => signs() > 0);
  loop.stop();
  await silenceSince(() => loop.vitals().steppedAt);
});

test('a node that only asks what it is lives as long as it turns', async () => {
  await inform(null);
  await waitFor('ten signs', () => signs() >= 10, 20_000);
});
