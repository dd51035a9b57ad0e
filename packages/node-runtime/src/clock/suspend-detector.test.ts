import { instantOf } from '@mha4rdb/kernel';
import { systemClock } from './monotonic-clock.js';
import { openBootTime, SuspendDetector } from './suspend-detector.js';

function rig() {
  const time = { monotonic: 1000, slept: 0 };
  const clock = { now: () => instantOf(time.monotonic) };
  // The grain of /proc/uptime: 10 ms, rounded down.
  const boot = () => Math.floor((time.monotonic + time.slept) / 10) * 10;
  return { time, detector: new SuspendDetector(clock, boot) };
}

test('time that the monotonic clock counts is no sleep', () => {
  const { time, detector } = rig();
  for (const step of [50, 53, 3000, 149, 50]) {
    time.monotonic += step;
    expect(detector.look()).toBe(0);
  }
});

test('a suspended machine is noticed though the monotonic clock stood still, and once', () => {
  const { time, detector } = rig();
  time.monotonic += 50;
  time.slept += 20_000;
  const jump = detector.look();
  expect(Math.abs(jump - 20_000)).toBeLessThanOrEqual(10);
  time.monotonic += 50;
  expect(detector.look()).toBe(0);
});

test('short sleeps add up: none of them is lost below the threshold', () => {
  const { time, detector } = rig();
  let seen = 0;
  for (let nap = 0; nap < 10; nap++) {
    time.monotonic += 50;
    time.slept += 30;
    seen += detector.look();
  }
  expect(seen).toBeGreaterThan(300 - 60);
});

test('the real clocks agree that this machine is awake, and run forward', async () => {
  const bootTime = openBootTime();
  const detector = new SuspendDetector(systemClock, bootTime.read);
  const before = systemClock.now();
  for (let look = 0; look < 20; look++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(detector.look()).toBe(0);
  }
  expect(systemClock.now()).toBeGreaterThan(before);
  bootTime.close();
});
