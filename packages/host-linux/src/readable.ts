import { constants } from 'node:os';
import { ok } from '@mha4rdb/kernel';
import { hostErr, type HostResult } from './host-failure.js';
import { errnoName, type Libc } from './libc.js';

/**
 * Sockets that Node cannot wait for (netlink, packets), read when there is something to read: the
 * kernel sends SIGIO, libuv turns it into an event of the loop, and every watched socket is emptied.
 * No thread, no polling, nothing while the sockets are quiet.
 */
const SIGNAL = 'SIGIO';
const F_SETFL = 4;
const F_SETOWN = 8;
const O_NONBLOCK = 0o4000;
const O_ASYNC = 0o20000;
const BUFFER_BYTES = 64 * 1024;
/** Messages taken at once; a flood is taken in portions, so that renewals are not delayed by it. */
const MAX_PORTION = 256;

interface Watched {
  readonly libc: Libc;
  readonly fd: number;
  /** `null`: messages were lost, since more came than the socket holds. */
  readonly onMessage: (bytes: Buffer | null) => void;
}

const watched = new Set<Watched>();
const buffer = Buffer.alloc(BUFFER_BYTES);
let listening = false;

/** Calls `onMessage` for each message from now on, until the answer is called, which closes the socket. */
export function watchReadable(
  libc: Libc,
  fd: number,
  onMessage: Watched['onMessage'],
): HostResult<() => void> {
  const watch: Watched = { libc, fd, onMessage };
  listen();
  watched.add(watch);
  const asked =
    libc.fcntl(fd, F_SETOWN, process.pid) >= 0 &&
    libc.fcntl(fd, F_SETFL, O_NONBLOCK | O_ASYNC) >= 0;
  const stop = (): void => {
    if (watched.delete(watch)) libc.close(fd);
  };
  if (!asked) {
    const reason = errnoName(libc.errno());
    stop();
    return hostErr('netlink-failed', `a socket cannot be watched: ${reason}`);
  }
  // What came before the signal was asked for.
  setImmediate(() => take(watch));
  return ok(stop);
}

/**
 * Before the first signal, whose default is to end the process; and for good, since one that was
 * sent for a socket that is closed meanwhile may still arrive.
 */
function listen(): void {
  if (listening) return;
  listening = true;
  process.on(SIGNAL, () => {
    for (const watch of [...watched]) take(watch);
  });
}

function take(watch: Watched): void {
  for (let count = 0; count < MAX_PORTION; count += 1) {
    if (!watched.has(watch)) return;
    const length = Number(watch.libc.recv(watch.fd, buffer, buffer.length, 0));
    if (length < 0) {
      const errno = watch.libc.errno();
      if (errno === constants.errno.EINTR) continue;
      if (errno !== constants.errno.ENOBUFS) return;
      watch.onMessage(null);
      continue;
    }
    // Copied: the buffer is used again for the next one.
    watch.onMessage(Buffer.from(buffer.subarray(0, length)));
  }
  setImmediate(() => take(watch));
}
