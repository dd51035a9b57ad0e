import { claimFilter, familyOf, ETHERTYPE_ARP, ETHERTYPE_IPV6 } from '@mha4rdb/vip';
import { ok } from '@mha4rdb/kernel';
import { hostErr, type HostResult } from './host-failure.js';
import { errnoName, openSocket, type Libc } from './libc.js';
import type { HostLink } from './link-message.js';
import { attachFilter } from './socket-filter.js';

const AF_PACKET = 17;
const SOCKADDR_LL_BYTES = 20;

/** A raw socket that only sends. Kept open: closing one takes 8 ms (measured). Needs CAP_NET_RAW. */
export function openSendingSocket(libc: Libc): HostResult<number> {
  // Protocol 0: the socket receives nothing.
  return openSocket(libc, AF_PACKET, 0, 'the raw socket for announcements');
}

/** Sends whole Ethernet frames on an interface. */
export function sendFrames(
  libc: Libc,
  fd: number,
  link: HostLink,
  frames: readonly Uint8Array[],
): HostResult<void> {
  const address = linkAddress(0, link.index);
  for (const frame of frames) {
    const sent = libc.sendto(fd, frame, frame.length, 0, address, address.length);
    if (Number(sent) !== frame.length) {
      return hostErr('announce-failed', `${link.name}: ${errnoName(libc.errno())}`);
    }
  }
  return ok(undefined);
}

/** A socket that receives what others on this link claim about `ip`, and nothing else. */
export function openClaimSocket(libc: Libc, link: HostLink, ip: string): HostResult<number> {
  // Closed until the filter stands: before it, everything would pass.
  const fd = openSocket(libc, AF_PACKET, 0, 'the raw socket that listens for claims');
  if (!fd.ok) return fd;
  const type = familyOf(ip) === 6 ? ETHERTYPE_IPV6 : ETHERTYPE_ARP;
  const address = linkAddress(type, link.index);
  const listens =
    attachFilter(libc, fd.value, claimFilter(ip)) &&
    libc.bind(fd.value, address, address.length) === 0;
  if (listens) return fd;
  const reason = errnoName(libc.errno());
  libc.close(fd.value);
  return hostErr('netlink-failed', `${link.name} cannot be listened on: ${reason}`);
}

/** sockaddr_ll: the frames carry their own destination. */
function linkAddress(type: number, index: number): Buffer {
  const address = Buffer.alloc(SOCKADDR_LL_BYTES);
  address.writeUInt16LE(AF_PACKET, 0);
  address.writeUInt16BE(type, 2);
  address.writeInt32LE(index, 4);
  return address;
}
