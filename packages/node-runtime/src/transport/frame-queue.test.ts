import { FrameQueue } from './frame-queue.js';

function rig() {
  const time = { now: 0 };
  const queue = new FrameQueue<number>({ frames: 3, ageMs: 100 }, () => time.now);
  return { time, queue };
}

test('the oldest is dropped when there is no room', async () => {
  const { queue } = rig();
  for (const frame of [1, 2, 3, 4]) queue.push(frame);
  expect(await queue.take(10)).toEqual([2, 3, 4]);
  expect(queue.dropped).toBe(1);
});

test('what waited too long is not sent any more', async () => {
  const { queue, time } = rig();
  queue.push(1);
  time.now = 101;
  queue.push(2);
  expect(await queue.take(10)).toEqual([2]);
  expect(queue.dropped).toBe(1);
});

test('a reader waits for the first frame, and takes no more than it asked for', async () => {
  const { queue } = rig();
  const taken = queue.take(1);
  queue.push(1);
  queue.push(2);
  expect(await taken).toEqual([1]);
  expect(await queue.take(1)).toEqual([2]);
});

test('an interrupted reader goes away empty, and the next one takes what comes', async () => {
  const { queue } = rig();
  const taken = queue.take(1);
  queue.interrupt();
  expect(await taken).toEqual([]);
  const next = queue.take(1);
  queue.push(7);
  expect(await next).toEqual([7]);
});
