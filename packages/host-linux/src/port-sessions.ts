import { ok } from '@mha4rdb/kernel';
import { ipBytes } from '@mha4rdb/vip';
import { AF_INET, AF_INET6 } from './address-message.js';
import type { HostResult } from './host-failure.js';
import { openNetlinkSocket, type NetlinkSocket } from './netlink-socket.js';

/** Established TCP connections of the database's port, ended by the kernel (`ss -K`). */
export interface PortSessions {
  /**
   * Resets every connection of a client; of those in `keep`, none. The client learns at once, also
   * when it only waits for an answer: nobody would tell it once the address is gone (VIP checklist
   * 28). Answers how many; 0 where the kernel cannot (CONFIG_INET_DIAG_DESTROY).
   */
  reset(keep: readonly string[]): HostResult<number>;
  close(): void;
}

const NETLINK_SOCK_DIAG = 4;
const SOCK_DIAG_BY_FAMILY = 20;
const SOCK_DESTROY = 21;
const IPPROTO_TCP = 6;
const REQUEST_BYTES = 56;
const ID_AT = 8;
const ID_BYTES = 48;
/** Of inet_diag_msg: family, state, timer, retransmissions; then the same id as in a request. */
const MESSAGE_ID_AT = 4;
const REMOTE_AT = 20;
const MAPPED = Buffer.from('00000000000000000000ffff', 'hex');
/** All states in which the other side believes in a connection; a listener is not touched. */
const CONNECTED = [1, 3, 4, 5, 8, 9, 11].reduce((states, state) => states | (1 << state), 0);

export function openPortSessions(port: number): HostResult<PortSessions> {
  const netlink = openNetlinkSocket(NETLINK_SOCK_DIAG);
  if (!netlink.ok) return netlink;
  return ok({
    reset(keep) {
      const kept = keep.flatMap((ip) => ipBytes(ip) ?? []).map((bytes) => Buffer.from(bytes));
      let count = 0;
      for (const family of [AF_INET, AF_INET6]) {
        const ended = resetFamily(netlink.value, family, port, kept);
        if (!ended.ok) return ended;
        count += ended.value;
      }
      return ok(count);
    },
    close: () => netlink.value.close(),
  });
}

function resetFamily(
  netlink: NetlinkSocket,
  family: number,
  port: number,
  kept: readonly Buffer[],
): HostResult<number> {
  const question = request(family);
  question.writeUInt32LE(CONNECTED, 4);
  question.writeUInt16BE(port, ID_AT);
  const sockets = netlink.dump(SOCK_DIAG_BY_FAMILY, question);
  if (!sockets.ok) return sockets;
  let count = 0;
  for (const { body } of sockets.value) {
    const id = body.subarray(MESSAGE_ID_AT, MESSAGE_ID_AT + ID_BYTES);
    const remote = remoteOf(id, family);
    if (id.readUInt16BE(0) !== port || kept.some((address) => address.equals(remote))) continue;
    const order = request(family);
    id.copy(order, ID_AT);
    const done = netlink.change(SOCK_DESTROY, 0, order);
    if (!done.ok) return done;
    // Gone meanwhile, or a kernel that cannot: the fence holds either way.
    if (done.value.errno === 0) count += 1;
  }
  return ok(count);
}

function request(family: number): Buffer {
  const bytes = Buffer.alloc(REQUEST_BYTES);
  bytes[0] = family;
  bytes[1] = IPPROTO_TCP;
  return bytes;
}

/** The client's address; of an IPv4 client on an IPv6 socket, the IPv4 one. */
function remoteOf(id: Buffer, family: number): Buffer {
  const remote = id.subarray(REMOTE_AT, REMOTE_AT + (family === AF_INET6 ? 16 : 4));
  return remote.subarray(0, 12).equals(MAPPED) ? remote.subarray(12) : remote;
}
