import koffi from 'koffi';
import { unixAddress } from '../systemd/notify-socket.js';

/** Where a service manager would listen: a real datagram socket of the kernel's. */
export interface NotifyReceiver {
  /** Everything that has arrived, in order. */
  readonly drain: () => readonly string[];
  readonly close: () => void;
}

const libc = koffi.load('libc.so.6');
const socket = libc.func('int socket(int domain, int type, int protocol)');
const bind = libc.func('int bind(int fd, const void *address, unsigned int length)');
const recv = libc.func('long recv(int fd, _Out_ void *into, size_t length, int flags)');
const close = libc.func('int close(int fd)');

const MSG_DONTWAIT = 0x40;

export function receiveNotices(address: string): NotifyReceiver {
  const fd = socket(1, 2 | 0o2000000, 0) as number;
  const name = unixAddress(address);
  if (name === null || bind(fd, name, name.length) !== 0) throw new Error(`cannot bind ${address}`);
  const buffer = Buffer.alloc(4096);
  const seen: string[] = [];
  return {
    drain: () => {
      for (;;) {
        const length = recv(fd, buffer, buffer.length, MSG_DONTWAIT) as number;
        if (length < 0) return seen;
        seen.push(buffer.toString('utf8', 0, length));
      }
    },
    close: () => {
      close(fd);
    },
  };
}
