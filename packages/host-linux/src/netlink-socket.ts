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

/** The kernel's verdict: 0 is done. */
export interface Verdict {
  readonly errno: number;
  /** The kernel's own words, where it has any. */
  readonly text: string;
}

/** A netlink socket that is kept open; every call is synchronous and takes microseconds. */
export interface NetlinkSocket {
  /** Asks for all objects of a kind. */
  readonly dump: (type: number, body: Buffer) => HostResult<readonly NetlinkMessage[]>;
  /** Asks for one object. `errno` is the kernel's refusal. */
  readonly get: (
    type: number,
    body: Buffer,
  ) => HostResult<NetlinkMessage | { readonly errno: number }>;
  /** Changes something. */
  readonly change: (type: number, flags: number, body: Buffer) => HostResult<Verdict>;
  /**
   * Sends messages that stand one behind the other as one transaction, giving them sequence numbers;
   * the last but one must ask for an acknowledgement (the last one only ends the batch).
   */
  readonly transact: (bytes: Buffer, messagesAt: readonly number[]) => HostResult<Verdict>;
  readonly close: () => void;
}

export const AF_NETLINK = 16;
const SOL_SOCKET = 1;
const SO_RCVTIMEO = 20;
const SOL_NETLINK = 270;
const NETLINK_EXT_ACK = 11;
/** The kernel answers within the call; this only bounds what must not happen. */
const RECEIVE_TIMEOUT_US = 200_000n;
const BUFFER_BYTES = 64 * 1024;
/** Receives for one request: a dump of some ten thousand addresses. */
const MAX_RECEIVES = 256;
/** Where a message's sequence number stands. */
const SEQUENCE_AT = 8;

export const NETLINK_ROUTE = 0;
export const NETLINK_NETFILTER = 12;

export function openNetlinkSocket(protocol: number): HostResult<NetlinkSocket> {
  const libc = loadLibc();
  if (!libc.ok) return libc;
  const fd = openSocket(libc.value, AF_NETLINK, protocol, 'a netlink socket');
  if (!fd.ok) return fd;
  const timeout = Buffer.alloc(16);
  timeout.writeBigInt64LE(RECEIVE_TIMEOUT_US, 8);
  const on = Buffer.from([1, 0, 0, 0]);
  libc.value.setsockopt(fd.value, SOL_SOCKET, SO_RCVTIMEO, timeout, timeout.length);
  libc.value.setsockopt(fd.value, SOL_NETLINK, NETLINK_EXT_ACK, on, on.length);
  return ok(createSocket(createExchange(libc.value, fd.value)));
}

/** Sends bytes and collects the answers numbered `first` to `last`, up to the one that `isLast`. */
interface Exchange {
  readonly nextSequence: () => number;
  readonly call: (
    bytes: Buffer,
    range: { readonly first: number; readonly last: number },
    isLast: (message: NetlinkMessage) => boolean,
  ) => HostResult<readonly NetlinkMessage[]>;
  readonly close: () => void;
}

function createExchange(libc: Libc, fd: number): Exchange {
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

  return {
    nextSequence: () => (sequence = (sequence + 1) >>> 0),
    call(bytes, { first, last }, isLast) {
      if (libc.sendto(fd, bytes, bytes.length, 0, address, address.length) < 0) {
        return failed('send');
      }
      const answers: NetlinkMessage[] = [];
      for (let receives = 0; receives < MAX_RECEIVES; receives += 1) {
        const length = Number(libc.recv(fd, buffer, buffer.length, 0));
        if (length < 0) {
          if (libc.errno() === constants.errno.EINTR) continue;
          return failed('receive');
        }
        // Copied: the buffer is used again for the next part.
        for (const message of decodeMessages(Buffer.from(buffer.subarray(0, length)))) {
          // Another number belongs to an earlier request that timed out.
          if (message.sequence < first || message.sequence > last) continue;
          answers.push(message);
          if (isLast(message)) return ok(answers);
        }
      }
      return hostErr('netlink-failed', `netlink: no end of the answer after ${MAX_RECEIVES} parts`);
    },
    close: () => {
      libc.close(fd);
    },
  };
}

function createSocket(exchange: Exchange): NetlinkSocket {
  const ask = (
    request: { readonly type: number; readonly flags: number; readonly body: Buffer },
    isLast: (message: NetlinkMessage) => boolean,
  ): HostResult<readonly NetlinkMessage[]> => {
    const sequence = exchange.nextSequence();
    const bytes = encodeMessage({ ...request, sequence });
    return exchange.call(bytes, { first: sequence, last: sequence }, isLast);
  };
  const isError = (message: NetlinkMessage): boolean => message.type === NLMSG_ERROR;

  return {
    dump(type, body) {
      const flags = NLM_F_REQUEST | NLM_F_DUMP;
      const answers = ask({ type, flags, body }, (m) => m.type === NLMSG_DONE || isError(m));
      if (!answers.ok) return answers;
      const error = answers.value.find(isError);
      if (error !== undefined) {
        return hostErr('netlink-failed', `netlink: dump: ${errnoName(decodeError(error).errno)}`);
      }
      return ok(answers.value.filter((message) => message.type !== NLMSG_DONE));
    },
    get(type, body) {
      const answers = ask({ type, flags: NLM_F_REQUEST, body }, () => true);
      if (!answers.ok) return answers;
      const [message] = answers.value;
      if (message === undefined) return hostErr('netlink-failed', 'netlink: empty answer');
      return ok(isError(message) ? { errno: decodeError(message).errno } : message);
    },
    change(type, flags, body) {
      const answers = ask({ type, flags: NLM_F_REQUEST | NLM_F_ACK | flags, body }, isError);
      return answers.ok ? ok(worstOf(answers.value)) : answers;
    },
    transact(bytes, messagesAt) {
      const first = exchange.nextSequence();
      let sequence = first;
      messagesAt.forEach((at, index) => {
        if (index > 0) sequence = exchange.nextSequence();
        bytes.writeUInt32LE(sequence, at + SEQUENCE_AT);
      });
      // A refusal of the batch as a whole answers its beginning, and then nothing else comes.
      const acknowledged = sequence - 1;
      const answers = exchange.call(bytes, { first, last: sequence }, (message) => {
        return message.sequence === acknowledged || message.sequence === first;
      });
      return answers.ok ? ok(worstOf(answers.value)) : answers;
    },
    close: exchange.close,
  };
}

/** The first refusal, or the acknowledgement. */
function worstOf(answers: readonly NetlinkMessage[]): Verdict {
  const verdicts = answers.map(decodeError);
  return verdicts.find(({ errno }) => errno !== 0) ?? { errno: 0, text: '' };
}
