import { accessSync, closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { ok } from '@mha4rdb/kernel';
import { hostErr, type HostResult } from './host-failure.js';
import { errnoName, loadLibc } from './libc.js';

/** A device that runs: whoever closes it without `disarm` leaves it running. */
export interface OpenWatchdog {
  /** The whole length from now on. */
  readonly pet: () => HostResult<void>;
  /** Stops it ("magic close"), and closes it. */
  readonly disarm: () => HostResult<void>;
}

/** What a device is asked besides being written to; `null`: it does not know the question. */
export interface WatchdogCalls {
  /** WDIOC_SETTIMEOUT; answers what the device then really has. */
  readonly setTimeout: (fd: number, seconds: number) => HostResult<number>;
  /** WDIOC_GETSUPPORT: the WDIOF_… bits. */
  readonly options: (fd: number) => number | null;
}

/** linux/watchdog.h; the same on all architectures that number ioctls as x86 and arm64 do. */
const WDIOC_GETSUPPORT = 0x80285700;
const WDIOC_SETTIMEOUT = 0xc0045706;
const WDIOF_MAGICCLOSE = 0x0100;
/** struct watchdog_info: options, firmware_version, identity[32]. */
const INFO_BYTES = 40;

const MAGIC = Buffer.from('V');
const PET = Buffer.from('\0');

/**
 * Opens the device, which STARTS it, and gives it its length. One that takes another length than was
 * asked for, or that could not be stopped again, is stopped and refused: the rule of when it may be
 * petted rests on the length, and a release that cannot disarm would reset a healthy host.
 */
export function openWatchdog(
  device: string,
  seconds: number,
  calls: WatchdogCalls,
): HostResult<OpenWatchdog> {
  const usable = checkWatchdog(device);
  if (!usable.ok) return usable;
  const opened = openDevice(device);
  if (!opened.ok) return opened;
  const fd = opened.value;
  const running = runningDevice(device, fd);
  const fit = configure(device, fd, seconds, calls);
  if (fit.ok) return ok(running);
  const stopped = running.disarm();
  return stopped.ok ? fit : stopped;
}

/** Stops what a former life of this agent may have left running. */
export function clearWatchdog(device: string): HostResult<void> {
  const opened = openDevice(device);
  return opened.ok ? runningDevice(device, opened.value).disarm() : opened;
}

/** What can be told without starting it; for the start, `--check` and the doctor. */
export function checkWatchdog(device: string): HostResult<void> {
  try {
    accessSync(device, constants.W_OK);
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return unusable(
      isAbsent ? `there is no ${device}` : `${device} is not writable for this agent`,
      isAbsent
        ? 'load its driver (hardware: see the vendor; otherwise: modprobe softdog), or set watchdog.mode: off'
        : 'run the agent as root, or give it the device',
    );
  }
  if (attribute(device, 'nowayout') === '1') {
    return unusable(
      `${device} cannot be stopped once it runs (nowayout), so every release would reset the host`,
      'load its driver with nowayout=0',
    );
  }
  return ok(undefined);
}

/** The questions as the kernel takes them. */
export function kernelWatchdogCalls(): HostResult<WatchdogCalls> {
  const libc = loadLibc();
  if (!libc.ok) return libc;
  const { ioctl, errno } = libc.value;
  return ok({
    setTimeout: (fd, seconds) => {
      const value = Buffer.alloc(4);
      value.writeInt32LE(seconds);
      if (ioctl(fd, WDIOC_SETTIMEOUT, value) >= 0) return ok(value.readInt32LE());
      return unusable(`it takes no length of ${seconds} s: ${errnoName(errno())}`);
    },
    options: (fd) => {
      const info = Buffer.alloc(INFO_BYTES);
      return ioctl(fd, WDIOC_GETSUPPORT, info) >= 0 ? info.readUInt32LE() : null;
    },
  });
}

function configure(
  device: string,
  fd: number,
  seconds: number,
  calls: WatchdogCalls,
): HostResult<void> {
  const options = calls.options(fd);
  if (options !== null && (options & WDIOF_MAGICCLOSE) === 0) {
    return unusable(
      `${device} does not know the magic close: it runs on when it is closed, and every release would reset the host`,
      'use another device, or set watchdog.mode: off',
    );
  }
  const given = calls.setTimeout(fd, seconds);
  if (!given.ok) {
    return unusable(`${device}: ${given.error.message}`, 'another watchdog.timeout, or device');
  }
  if (given.value === seconds) return ok(undefined);
  return unusable(
    `${device} takes ${given.value} s instead of the ${seconds} s of watchdog.timeout`,
    `watchdog.timeout: ${given.value}s, if the timing has room for it; or another device`,
  );
}

function openDevice(device: string): HostResult<number> {
  try {
    return ok(openSync(device, constants.O_WRONLY));
  } catch (error) {
    const isBusy = (error as NodeJS.ErrnoException).code === 'EBUSY';
    return unusable(
      isBusy ? `${device} is in use by another program` : `${device}: ${String(error)}`,
      isBusy
        ? 'end it, or take its device away from systemd (RuntimeWatchdogSec in system.conf)'
        : 'look at the kernel’s log for its driver',
    );
  }
}

function runningDevice(device: string, fd: number): OpenWatchdog {
  return {
    pet: () => written(device, fd, PET),
    disarm: () => {
      const said = written(device, fd, MAGIC);
      try {
        closeSync(fd);
      } catch (error) {
        return unusable(`${device} cannot be closed: ${String(error)}`);
      }
      return said;
    },
  };
}

function written(device: string, fd: number, bytes: Buffer): HostResult<void> {
  try {
    writeSync(fd, bytes);
    return ok(undefined);
  } catch (error) {
    return unusable(`${device} takes nothing any more: ${String(error)}`);
  }
}

/** Of the class device; `/dev/watchdog` is the first of them. Undefined where there is none. */
function attribute(device: string, name: string): string | undefined {
  const base = path.basename(device);
  const first = base === 'watchdog' ? 'watchdog0' : base;
  try {
    return readFileSync(path.join('/sys/class/watchdog', first, name), 'utf8').trim();
  } catch {
    return undefined;
  }
}

function unusable(
  message: string,
  remedy?: string,
): { readonly ok: false; readonly error: ReturnType<typeof hostErr>['error'] } {
  return hostErr('watchdog-unusable', message, remedy);
}
