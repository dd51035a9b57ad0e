import { FrameQueue } from './frame-queue.js';

function rig() {
  const time = { now: 0 };
  const queue = new FrameQueue<number>({ frames: 3, ageMs: 100 }, () => time.now);
  return { time, queue, signal: new AbortController().signal };
}

test('the oldest is dropped when there is no room', async () => {
  const { queue, signal } = rig();
  for (const frame of [1, 2, 3, 4]) queue.push(frame);
  expect(await queue.take(10, signal)).toEqual([2, 3, 4]);
  expect(queue.dropped).toBe(1);
});

test('what waited too long is not sent any more', async () => {
  const { queue, time, signal } = rig();
  queue.push(1);
  time.now = 101;
  queue.push(2);
  expect(await queue.take(10, signal)).toEqual([2]);
  expect(queue.dropped).toBe(1);
});

test('a reader waits for the first frame, and takes no more than it asked for', async () => {
  const { queue, signal } = rig();
  const taken = queue.take(1, signal);
  queue.push(1);
  queue.push(2);
  expect(await taken).toEqual([1]);
  expect(await queue.take(1, signal)).toEqual([2]);
});

test('an aborted reader ends empty', async () => {
  const { queue } = rig();
  const abort = new AbortController();
  const taken = queue.take(1, abort.signal);
  abort.abort();
  expect(await taken).toEqual([]);
});
