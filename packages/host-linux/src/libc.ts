import { constants, endianness } from 'node:os';
import koffi from 'koffi';
import { ok } from '@mha4rdb/kernel';
import { ipBytes } from '@mha4rdb/vip';
import { hostErr, NEEDS_NET_ADMIN, type HostResult } from './host-failure.js';

/** The few calls of the C library that Node does not offer. All are synchronous. */
export interface Libc {
  readonly socket: (domain: number, type: number, protocol: number) => number;
  readonly close: (fd: number) => number;
  readonly setsockopt: (
    fd: number,
    level: number,
    name: number,
    value: Uint8Array,
    length: number,
  ) => number;
  readonly sendto: (
    fd: number,
    bytes: Uint8Array,
    length: number,
    flags: number,
    address: Uint8Array,
    addressLength: number,
  ) => number;
  readonly recv: (fd: number, into: Uint8Array, length: number, flags: number) => number;
  /** `setsockopt` with a `struct sock_fprog` of so many steps. */
  readonly attachFilter: (
    fd: number,
    level: number,
    name: number,
    steps: number,
    program: Uint8Array,
  ) => number;
  readonly bind: (fd: number, address: Uint8Array, length: number) => number;
  /** Sets flags or the owner of a file: commands that take one number. */
  readonly fcntl: (fd: number, command: number, value: number) => number;
  /** With the address of an int, or of a structure, as most requests want it; 0 or more on success. */
  readonly ioctl: (fd: number, request: number, argument: Uint8Array) => number;
  /** The number of the last failed call's error. */
  readonly errno: () => number;
}

const SOCK_RAW_CLOEXEC = 3 | 0o2000000;

let loaded: HostResult<Libc> | undefined;

/** Loads the C library once; koffi is not loaded before, since an arbiter never needs it. */
export function loadLibc(): HostResult<Libc> {
  loaded ??= load();
  return loaded;
}

function load(): HostResult<Libc> {
  if (process.platform !== 'linux' || endianness() !== 'LE') {
    return hostErr(
      'library-missing',
      `addresses and port leases need Linux on a little-endian CPU; this is ${process.platform} ${process.arch}`,
      'run the agent on a Linux host (x64 or arm64)',
    );
  }
  try {
    const libc = koffi.load('libc.so.6');
    const program = koffi.struct({ length: 'uint16_t', steps: 'const void *' });
    const attach = libc.func('setsockopt', 'int', [
      'int',
      'int',
      'int',
      koffi.pointer(program),
      'uint32_t',
    ]);
    const fcntl = libc.func('int fcntl(int fd, int command, ...)');
    return ok({
      socket: libc.func('int socket(int domain, int type, int protocol)'),
      close: libc.func('int close(int fd)'),
      setsockopt: libc.func('int setsockopt(int, int, int, const void *value, unsigned int)'),
      sendto: libc.func('long sendto(int, const void *, size_t, int, const void *, unsigned int)'),
      recv: libc.func('long recv(int fd, _Out_ void *into, size_t length, int flags)'),
      attachFilter: (fd, level, name, length, steps) =>
        attach(fd, level, name, { length, steps }, koffi.sizeof(program)) as number,
      bind: libc.func('int bind(int fd, const void *address, unsigned int length)'),
      fcntl: (fd, command, value) => fcntl(fd, command, 'int', value) as number,
      ioctl: libc.func('int ioctl(int fd, unsigned long request, _Inout_ void *argument)'),
      errno: () => koffi.errno(),
    });
  } catch (error) {
    return hostErr(
      'library-missing',
      `the C library cannot be loaded: ${String(error)}`,
      'use a distribution with glibc',
    );
  }
}

/** The symbol of an error number: `EPERM`. */
export function errnoName(errno: number): string {
  const found = Object.entries(constants.errno).find(([, value]) => value === errno);
  return found?.[0] ?? `errno ${errno}`;
}

/** Opens a raw socket of the kernel's; `what` names it in the error. */
export function openSocket(
  libc: Libc,
  domain: number,
  protocol: number,
  what: string,
): HostResult<number> {
  const fd = libc.socket(domain, SOCK_RAW_CLOEXEC, protocol);
  if (fd >= 0) return ok(fd);
  const errno = libc.errno();
  const denied = errno === constants.errno.EPERM || errno === constants.errno.EACCES;
  return hostErr(
    denied ? 'no-permission' : 'netlink-failed',
    `${what} cannot be opened: ${errnoName(errno)}`,
    denied ? NEEDS_NET_ADMIN : undefined,
  );
}

/** The bytes of an IPv4 or IPv6 address. */
export function addressBytes(text: string): HostResult<Buffer> {
  const bytes = ipBytes(text);
  if (bytes !== null) return ok(Buffer.from(bytes));
  return hostErr(
    'bad-address',
    `"${text}" is not an IP address, and the kernel cannot admit a name`,
    'write the IP address of the member in members[].database',
  );
}
