import { instantOf } from '@mha4rdb/kernel';
import { GapDetector, openBootTime } from './gap-detector.js';
import { systemClock } from './monotonic-clock.js';

function rig() {
  const time = { monotonic: 1000, slept: 0 };
  const clock = { now: () => instantOf(time.monotonic), wall: () => 0 };
  // The grain of /proc/uptime: 10 ms, rounded down.
  const boot = () => Math.floor((time.monotonic + time.slept) / 10) * 10;
  return { time, detector: new GapDetector(clock, boot, { intervalMs: 50, toleratedMs: 100 }) };
}

test('looks in time, and a little late, are no gap', () => {
  const { time, detector } = rig();
  for (const step of [50, 53, 50, 149, 50]) {
    time.monotonic += step;
    expect(detector.look()).toBeUndefined();
  }
});

test('a look that is late says by how much', () => {
  const { time, detector } = rig();
  time.monotonic += 3050;
  expect(detector.look()).toEqual({ ms: 3000, cause: 'loop' });
  time.monotonic += 50;
  expect(detector.look()).toBeUndefined();
});

test('a suspended machine is noticed though the monotonic clock stood still', () => {
  const { time, detector } = rig();
  time.monotonic += 50;
  time.slept += 20_000;
  expect(detector.look()).toMatchObject({ cause: 'suspend' });
  time.monotonic += 50;
  expect(detector.look()).toBeUndefined();
});

test('the real clocks agree that this machine is awake, and run forward', async () => {
  const bootTime = openBootTime();
  const detector = new GapDetector(systemClock, bootTime.read, {
    intervalMs: 0,
    toleratedMs: 60_000,
  });
  const before = systemClock.now();
  for (let look = 0; look < 20; look++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(detector.look()).toBeUndefined();
  }
  expect(systemClock.now()).toBeGreaterThan(before);
  bootTime.close();
});
