import { err, ok, type Result } from '@mha4rdb/kernel';

/** Where the service manager listens: a datagram socket, which Node itself cannot speak to. */
export interface NotifySocket {
  /** Answers at once; false when the manager did not take it (gone, or its queue is full). */
  readonly send: (message: string) => boolean;
  readonly close: () => void;
}

export type NotifySocketError = 'unsupported-address' | 'library-missing' | 'no-socket';

const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;
const MSG_DONTWAIT_NOSIGNAL = 0x40 | 0x4000;
/** sizeof(sun_path); a name in the file system needs its closing zero besides. */
const MAX_NAME_BYTES = 108;

/**
 * `address` is the value of `NOTIFY_SOCKET`: a path, or `@NAME` in the abstract namespace
 * (sd_notify(3)). The library for calls into libc is loaded here and not before: a node without a
 * service manager never needs it.
 */
export async function openNotifySocket(
  address: string,
): Promise<Result<NotifySocket, NotifySocketError>> {
  const target = unixAddress(address);
  if (target === null) {
    return err(
      'unsupported-address',
      `NOTIFY_SOCKET is "${address}", which is neither a path nor an abstract name of 107 bytes at most`,
      'run the program as a systemd service, or leave NOTIFY_SOCKET unset',
    );
  }
  const libc = await loadCalls();
  if (!libc.ok) return libc;
  const { socket, sendto, close } = libc.value;
  const fd = socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
  if (fd < 0) return err('no-socket', 'no socket for the service manager: out of descriptors?');
  return ok({
    send: (message) => {
      const bytes = Buffer.from(message, 'utf8');
      const flags = MSG_DONTWAIT_NOSIGNAL;
      return sendto(fd, bytes, bytes.length, flags, target, target.length) === bytes.length;
    },
    close: () => {
      close(fd);
    },
  });
}

/** `struct sockaddr_un`. An abstract name begins with a zero byte and ends where the length says. */
export function unixAddress(address: string): Buffer | null {
  const isAbstract = address.startsWith('@');
  if (!isAbstract && !address.startsWith('/')) return null;
  const name = isAbstract ? `\0${address.slice(1)}` : `${address}\0`;
  const path = Buffer.from(name, 'utf8');
  if (path.length > MAX_NAME_BYTES) return null;
  const family = Buffer.alloc(2);
  family.writeUInt16LE(AF_UNIX);
  return Buffer.concat([family, path]);
}

interface Calls {
  readonly socket: (domain: number, type: number, protocol: number) => number;
  readonly sendto: (
    fd: number,
    bytes: Uint8Array,
    length: number,
    flags: number,
    address: Uint8Array,
    addressLength: number,
  ) => number;
  readonly close: (fd: number) => number;
}

async function loadCalls(): Promise<Result<Calls, 'library-missing'>> {
  try {
    const { default: koffi } = await import('koffi');
    const libc = koffi.load('libc.so.6');
    return ok({
      socket: libc.func('int socket(int domain, int type, int protocol)'),
      sendto: libc.func('long sendto(int, const void *, size_t, int, const void *, unsigned int)'),
      close: libc.func('int close(int fd)'),
    });
  } catch (error) {
    return err(
      'library-missing',
      `the service manager cannot be told anything: ${String(error)}`,
      'use a distribution with glibc, and install the koffi package beside the program',
    );
  }
}
