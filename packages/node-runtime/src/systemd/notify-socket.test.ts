import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { receiveNotices } from '../testing/notify-receiver.js';
import { openNotifySocket, unixAddress } from './notify-socket.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'notify-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

async function open(address: string) {
  const opened = await openNotifySocket(address);
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

test.each([
  ['a path', () => path.join(directory, 'notify')],
  ['an abstract name', () => `@mha4rdb-test-${process.pid}`],
])('datagrams arrive one by one at %s', async (_kind, addressOf) => {
  const address = addressOf();
  const receiver = receiveNotices(address);
  const sender = await open(address);
  expect(sender.send('READY=1')).toBe(true);
  expect(sender.send('STATUS=primärer Knoten')).toBe(true);
  expect(receiver.drain()).toEqual(['READY=1', 'STATUS=primärer Knoten']);
  sender.close();
  receiver.close();
});

test('a manager that is gone, or reads nothing, does not hold up the node', async () => {
  const address = path.join(directory, 'notify');
  const absent = await open(address);
  expect(absent.send('READY=1')).toBe(false);
  absent.close();

  const deaf = receiveNotices(address);
  const sender = await open(address);
  const sent = Array.from({ length: 5000 }, () => sender.send('WATCHDOG=1'));
  expect(sent[0]).toBe(true);
  expect(sent.at(-1)).toBe(false);
  expect(deaf.drain()).toHaveLength(sent.filter(Boolean).length);
  sender.close();
  deaf.close();
});

test.each(['vsock:2:1234', 'relative/path', `/${'x'.repeat(107)}`])(
  '%s is refused',
  async (name) => {
    expect(unixAddress(name)).toBeNull();
    expect(await openNotifySocket(name)).toMatchObject({
      ok: false,
      error: { code: 'unsupported-address' },
    });
  },
);
