import { constants } from 'node:os';
import { ok } from '@mha4rdb/kernel';
import { hostErr, NEEDS_NET_ADMIN, type HostResult } from './host-failure.js';
import { errnoName, loadLibc, openSocket, type Libc } from './libc.js';
import {
  decodeError,
  decodeMessages,
  encodeMessage,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  type NetlinkMessage,
} from './netlink-message.js';

/** A route netlink socket that is kept open; every call is synchronous and takes microseconds. */
export interface NetlinkSocket {
  /** Asks for all objects of a kind. */
  dump(type: number, body: Buffer): HostResult<readonly NetlinkMessage[]>;
  /** Asks for one object. `errno` is the kernel's refusal. */
  get(type: number, body: Buffer): HostResult<NetlinkMessage | { readonly errno: number }>;
  /** Changes something; answers the error number, 0 when it was done. */
  change(
    type: number,
    flags: number,
    body: Buffer,
  ): HostResult<{ readonly errno: number; readonly text: string }>;
  close(): void;
}

const AF_NETLINK = 16;
const NETLINK_ROUTE = 0;
const SOL_SOCKET = 1;
const SO_RCVTIMEO = 20;
const SOL_NETLINK = 270;
const NETLINK_EXT_ACK = 11;
/** The kernel answers within the call; this only bounds what must not happen. */
const RECEIVE_TIMEOUT_US = 200_000n;
const BUFFER_BYTES = 64 * 1024;
/** Receives for one request: a dump of some ten thousand addresses. */
const MAX_RECEIVES = 256;

export function openNetlinkSocket(): HostResult<NetlinkSocket> {
  const libc = loadLibc();
  if (!libc.ok) return libc;
  const fd = openSocket(libc.value, AF_NETLINK, NETLINK_ROUTE, 'the route netlink socket');
  if (!fd.ok) return fd;
  const timeout = Buffer.alloc(16);
  timeout.writeBigInt64LE(RECEIVE_TIMEOUT_US, 8);
  const on = Buffer.from([1, 0, 0, 0]);
  libc.value.setsockopt(fd.value, SOL_SOCKET, SO_RCVTIMEO, timeout, timeout.length);
  libc.value.setsockopt(fd.value, SOL_NETLINK, NETLINK_EXT_ACK, on, on.length);
  return ok(createSocket(libc.value, fd.value));
}

function createSocket(libc: Libc, fd: number): NetlinkSocket {
  const address = Buffer.alloc(12);
  address.writeUInt16LE(AF_NETLINK, 0);
  const buffer = Buffer.alloc(BUFFER_BYTES);
  let sequence = 0;

  const failed = (what: string): HostResult<never> => {
    const errno = libc.errno();
    const denied = errno === constants.errno.EPERM;
    return hostErr(
      denied ? 'no-permission' : 'netlink-failed',
      `netlink: ${what}: ${errnoName(errno)}`,
      denied ? NEEDS_NET_ADMIN : undefined,
    );
  };

  /** Sends one request and collects its answers up to the one that `isLast`. */
  const call = (
    request: { readonly type: number; readonly flags: number; readonly body: Buffer },
    isLast: (message: NetlinkMessage) => boolean,
  ): HostResult<readonly NetlinkMessage[]> => {
    sequence = (sequence + 1) >>> 0;
    const bytes = encodeMessage({ ...request, sequence });
    if (libc.sendto(fd, bytes, bytes.length, 0, address, address.length) < 0) return failed('send');
    const answers: NetlinkMessage[] = [];
    for (let receives = 0; receives < MAX_RECEIVES; receives += 1) {
      const length = Number(libc.recv(fd, buffer, buffer.length, 0));
      if (length < 0) {
        if (libc.errno() === constants.errno.EINTR) continue;
        return failed('receive');
      }
      // Copied: the buffer is used again for the next part.
      for (const message of decodeMessages(Buffer.from(buffer.subarray(0, length)))) {
        // An answer to an earlier request that timed out.
        if (message.sequence !== sequence) continue;
        answers.push(message);
        if (isLast(message)) return ok(answers);
      }
    }
    return hostErr('netlink-failed', `netlink: no end of the answer after ${MAX_RECEIVES} parts`);
  };

  return {
    dump(type, body) {
      const answers = call(
        { type, flags: NLM_F_REQUEST | NLM_F_DUMP, body },
        (message) => message.type === NLMSG_DONE || message.type === NLMSG_ERROR,
      );
      if (!answers.ok) return answers;
      const error = answers.value.find((message) => message.type === NLMSG_ERROR);
      if (error !== undefined) {
        return hostErr('netlink-failed', `netlink: dump: ${errnoName(decodeError(error).errno)}`);
      }
      return ok(answers.value.filter((message) => message.type !== NLMSG_DONE));
    },
    get(type, body) {
      const answers = call({ type, flags: NLM_F_REQUEST, body }, () => true);
      if (!answers.ok) return answers;
      const [message] = answers.value;
      if (message === undefined) return hostErr('netlink-failed', 'netlink: empty answer');
      return ok(message.type === NLMSG_ERROR ? { errno: decodeError(message).errno } : message);
    },
    change(type, flags, body) {
      const answers = call(
        { type, flags: NLM_F_REQUEST | NLM_F_ACK | flags, body },
        (message) => message.type === NLMSG_ERROR,
      );
      if (!answers.ok) return answers;
      const last = answers.value.at(-1);
      return last === undefined
        ? hostErr('netlink-failed', 'netlink: empty answer')
        : ok(decodeError(last));
    },
    close: () => {
      libc.close(fd);
    },
  };
}
