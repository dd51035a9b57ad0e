import { execFileSync } from 'node:child_process';
import { closeSync, constants, existsSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ok } from '@mha4rdb/kernel';
import {
  checkWatchdog,
  clearWatchdog,
  kernelWatchdogCalls,
  openWatchdog,
  type WatchdogCalls,
} from './watchdog-device.js';

/** A pipe in the file system stands for the device: it shows each byte that is written to it. */
let directory: string;
let device: string;
let driver: number;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'watchdog-'));
  device = path.join(directory, 'watchdog');
  execFileSync('mkfifo', [device]);
  driver = openSync(device, constants.O_RDONLY | constants.O_NONBLOCK);
});
afterEach(() => {
  closeSync(driver);
  rmSync(directory, { recursive: true });
});

function written(): string {
  const buffer = Buffer.alloc(64);
  try {
    return buffer.toString('latin1', 0, readSync(driver, buffer));
  } catch {
    return '';
  }
}

const CALLS: WatchdogCalls = { setTimeout: (_fd, seconds) => ok(seconds), options: () => 0x8180 };

function refusal(result: ReturnType<typeof openWatchdog>): string {
  return result.ok ? 'opened' : `${result.error.message}; ${result.error.remedy}`;
}

test('each pet reaches the device, and an orderly end closes it by the magic character', () => {
  const opened = openWatchdog(device, 2, CALLS);
  if (!opened.ok) throw new Error(opened.error.message);
  expect(opened.value.pet().ok).toBe(true);
  expect(opened.value.pet().ok).toBe(true);
  expect(written()).toBe('\0\0');
  expect(opened.value.disarm().ok).toBe(true);
  expect(written()).toBe('V');
});

test('a device of another length, or without magic close, is stopped again and refused', () => {
  const rounding = { ...CALLS, setTimeout: () => ok(10) };
  expect(refusal(openWatchdog(device, 2, rounding))).toMatch(/takes 10 s instead of the 2 s/);
  expect(written()).toBe('V');
  const endless = { ...CALLS, options: () => 0x8080 };
  expect(refusal(openWatchdog(device, 2, endless))).toMatch(/every release would reset the host/);
  expect(written()).toBe('V');
});

test('what a former life left running is stopped', () => {
  expect(clearWatchdog(device).ok).toBe(true);
  expect(written()).toBe('V');
});

test('a device that is absent is told without touching anything', () => {
  const absent = path.join(directory, 'none');
  expect(refusal(openWatchdog(absent, 2, CALLS))).toMatch(/there is no .*modprobe softdog/);
  expect(checkWatchdog(device).ok).toBe(true);
  expect(written()).toBe('');
});

test('the kernel’s calls answer for something that is no watchdog with its own words', () => {
  const calls = kernelWatchdogCalls();
  if (!calls.ok) throw new Error(calls.error.message);
  expect(refusal(openWatchdog(device, 2, calls.value))).toMatch(/no length of 2 s: ENOTTY/);
  expect(written()).toBe('V');
});

const REAL = '/dev/watchdog';
const reason = existsSync(REAL)
  ? 'a real device is stopped and started here only where it is the machine’s to lose'
  : `no ${REAL}: this kernel has no softdog`;
const tries = process.env['MHA_TEST_WATCHDOG'] === '1' && existsSync(REAL) ? [REAL] : [];

test(`the machine's own device (${tries.length === 0 ? `not tried: ${reason}` : 'tried'})`, () => {
  for (const real of tries) {
    const calls = kernelWatchdogCalls();
    if (!calls.ok) throw new Error(calls.error.message);
    const opened = openWatchdog(real, 10, calls.value);
    if (!opened.ok) throw new Error(opened.error.message);
    expect(opened.value.pet().ok).toBe(true);
    expect(opened.value.disarm().ok).toBe(true);
  }
  expect(checkWatchdog(REAL).ok || !existsSync(REAL)).toBe(true);
});
