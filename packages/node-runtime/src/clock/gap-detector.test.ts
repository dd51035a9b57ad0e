import { instantOf } from '@mha4rdb/kernel';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { GapDetector } from './gap-detector.js';

function rig() {
  const time = { monotonic: 1000 };
  const clock = { now: () => instantOf(time.monotonic) };
  return { time, detector: new GapDetector(clock, { intervalMs: 50, toleratedMs: 100 }) };
}

test('looks in time, and a little late, are no gap', () => {
  const { time, detector } = rig();
  for (const step of [50, 53, 50, 149, 50]) {
    time.monotonic += step;
    expect(detector.look()).toBe(0);
  }
});

test('a look that is late says by how much', () => {
  const { time, detector } = rig();
  time.monotonic += 3050;
  expect(detector.look()).toBe(3000);
  time.monotonic += 50;
  expect(detector.look()).toBe(0);
});

/** What `hrtime` and /proc/uptime count of a stop, as the process itself sees it afterwards. */
const CLOCKS = `
  const { readFileSync } = require('node:fs');
  const read = () => ({ hr: performance.now(), boot: 1000 * parseFloat(readFileSync('/proc/uptime', 'latin1')) });
  let last = read();
  console.log('ready');
  setInterval(() => {
    const now = read();
    if (now.hr - last.hr > 250) console.log(JSON.stringify({ hr: now.hr - last.hr, boot: now.boot - last.boot }));
    last = now;
  }, 10);`;

test('a process that was stopped finds that both clocks counted the stop, so its grant is over', async () => {
  const child = spawn(process.execPath, ['-e', CLOCKS], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe('ready');
  child.kill('SIGSTOP');
  await new Promise((resolve) => setTimeout(resolve, 600));
  child.kill('SIGCONT');
  const gap = JSON.parse(String((await lines.next()).value)) as { hr: number; boot: number };
  expect(gap.hr).toBeGreaterThan(500);
  // Both alike, but for the grain of the file: a stop is no sleep of the machine.
  expect(Math.abs(gap.hr - gap.boot)).toBeLessThan(50);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
});
