import type { FilterStep } from '@mha4rdb/vip';
import { decodeAddress, type KernelAddress } from './address-message.js';
import { hostErr, type HostResult } from './host-failure.js';
import { errnoName, loadLibc, openSocket } from './libc.js';
import { decodeLink, type HostLink } from './link-message.js';
import { decodeMessages } from './netlink-message.js';
import { AF_NETLINK, NETLINK_ROUTE } from './netlink-socket.js';
import { watchReadable } from './readable.js';
import { attachFilter } from './socket-filter.js';

/** What the kernel tells of its own accord. */
export type KernelNews =
  | { readonly kind: 'address-removed'; readonly address: KernelAddress }
  | { readonly kind: 'link'; readonly link: HostLink; readonly notifyPeers: boolean }
  | { readonly kind: 'link-removed'; readonly link: HostLink }
  /** More came than the socket holds: whatever was remembered must be looked at again. */
  | { readonly kind: 'missed' };

const RTM_NEWLINK = 16;
const RTM_DELLINK = 17;
const RTM_NEWADDR = 20;
const RTM_DELADDR = 21;
/** RTMGRP_LINK, RTMGRP_IPV4_IFADDR, RTMGRP_IPV6_IFADDR. */
const GROUPS = 0x1 | 0x10 | 0x100;
/**
 * Lets everything pass but RTM_NEWADDR: each renewal of our own would wake us. The type stands at 4,
 * in the host's byte order, which BPF reads the other way round.
 */
const WITHOUT_RENEWALS: readonly FilterStep[] = [
  { code: 0x28, jumpTrue: 0, jumpFalse: 0, operand: 4 },
  { code: 0x15, jumpTrue: 0, jumpFalse: 1, operand: RTM_NEWADDR << 8 },
  { code: 0x06, jumpTrue: 0, jumpFalse: 0, operand: 0 },
  { code: 0x06, jumpTrue: 0, jumpFalse: 0, operand: 0xffff_ffff },
];

/** Subscribes to changes of addresses and interfaces. The answer ends it. */
export function openNetlinkMonitor(onNews: (news: KernelNews) => void): HostResult<() => void> {
  const libc = loadLibc();
  if (!libc.ok) return libc;
  const fd = openSocket(libc.value, AF_NETLINK, NETLINK_ROUTE, 'the netlink monitor');
  if (!fd.ok) return fd;
  const address = Buffer.alloc(12);
  address.writeUInt16LE(AF_NETLINK, 0);
  address.writeUInt32LE(GROUPS, 8);
  const subscribed =
    attachFilter(libc.value, fd.value, WITHOUT_RENEWALS) &&
    libc.value.bind(fd.value, address, address.length) === 0;
  if (!subscribed) {
    const reason = errnoName(libc.value.errno());
    libc.value.close(fd.value);
    return hostErr('netlink-failed', `the netlink monitor cannot subscribe: ${reason}`);
  }
  return watchReadable(libc.value, fd.value, (bytes) => {
    if (bytes === null) return onNews({ kind: 'missed' });
    for (const { type, body } of decodeMessages(bytes)) {
      const news = newsOf(type, body);
      if (news !== null) onNews(news);
    }
  });
}

function newsOf(type: number, body: Buffer): KernelNews | null {
  if (type === RTM_DELADDR) {
    const address = decodeAddress(body);
    return address === null ? null : { kind: 'address-removed', address };
  }
  if (type !== RTM_NEWLINK && type !== RTM_DELLINK) return null;
  const { notifyPeers, ...link } = decodeLink(body);
  return type === RTM_NEWLINK
    ? { kind: 'link', link, notifyPeers }
    : { kind: 'link-removed', link };
}
