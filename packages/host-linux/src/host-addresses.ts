import { constants } from 'node:os';
import { ok } from '@mha4rdb/kernel';
import { isOwnLabel, ownershipLabel, type SeenAddress, type VipAddress } from '@mha4rdb/vip';
import { hostErr, NEEDS_NET_ADMIN, type HostResult } from './host-failure.js';
import { errnoName } from './libc.js';
import {
  attribute,
  decodeAttributes,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  textOf,
} from './netlink-message.js';
import { NETLINK_ROUTE, openNetlinkSocket, type NetlinkSocket } from './netlink-socket.js';

/** An interface as the kernel shows it. */
export interface HostLink {
  readonly index: number;
  readonly name: string;
  /** Set up by the administrator. */
  readonly up: boolean;
  /** Speaks ARP (a tunnel does not). */
  readonly arp: boolean;
  readonly mac: Buffer;
}

/** Addresses and interfaces of this network namespace, read and changed by netlink. */
export interface HostAddresses {
  link(name: string): HostResult<HostLink>;
  /** Every place on the host that has this IP. */
  find(ip: string): HostResult<readonly SeenAddress[]>;
  /** Adds, with our mark, what is not there yet. `validSeconds: null` is for ever. */
  add(vip: VipAddress, link: HostLink, validSeconds: number | null): HostResult<void>;
  /** Gives ours a new lifetime; creates it when it has just gone. */
  renew(vip: VipAddress, link: HostLink, validSeconds: number | null): HostResult<void>;
  /** Removes exactly this address and prefix (VIP checklist 30); an absent one is removed already. */
  remove(address: SeenAddress): HostResult<void>;
  close(): void;
}

const RTM_NEWADDR = 20;
const RTM_DELADDR = 21;
const RTM_GETADDR = 22;
const RTM_GETLINK = 18;
const AF_INET = 2;
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const IFA_LABEL = 3;
const IFA_CACHEINFO = 6;
const IFLA_ADDRESS = 1;
const IFLA_IFNAME = 3;
const IFF_UP = 0x1;
const IFF_NOARP = 0x80;
const IFADDRMSG_BYTES = 8;
const IFINFOMSG_BYTES = 16;
const FOR_EVER = 0xffff_ffff;

export function openHostAddresses(): HostResult<HostAddresses> {
  const socket = openNetlinkSocket(NETLINK_ROUTE);
  return socket.ok ? ok(createHostAddresses(socket.value)) : socket;
}

function createHostAddresses(netlink: NetlinkSocket): HostAddresses {
  const link = (name: string): HostResult<HostLink> =>
    askLink(
      netlink,
      Buffer.concat([
        Buffer.alloc(IFINFOMSG_BYTES),
        attribute(IFLA_IFNAME, Buffer.from(`${name}\0`)),
      ]),
      `interface ${name}`,
    );

  const linkByIndex = (index: number): HostResult<HostLink> => {
    const body = Buffer.alloc(IFINFOMSG_BYTES);
    body.writeInt32LE(index, 4);
    return askLink(netlink, body, `interface number ${index}`);
  };

  return {
    link,
    find(ip) {
      const request = Buffer.alloc(IFADDRMSG_BYTES);
      request[0] = AF_INET;
      const dump = netlink.dump(RTM_GETADDR, request);
      if (!dump.ok) return dump;
      const wanted = ipv4Bytes(ip);
      const found: SeenAddress[] = [];
      for (const { body } of dump.value) {
        const attributes = decodeAttributes(body, IFADDRMSG_BYTES);
        if (attributes.get(IFA_LOCAL)?.equals(wanted) !== true) continue;
        const owner = linkByIndex(body.readUInt32LE(4));
        if (!owner.ok) {
          // The interface went away between the two questions, and the address with it.
          if (owner.error.code === 'interface-missing') continue;
          return owner;
        }
        const valid = attributes.get(IFA_CACHEINFO)?.readUInt32LE(4) ?? FOR_EVER;
        found.push({
          ip,
          prefixLength: body.readUInt8(1),
          interfaceName: owner.value.name,
          ours: isOwnLabel(textOf(attributes.get(IFA_LABEL))),
          validSeconds: valid === FOR_EVER ? null : valid,
        });
      }
      return ok(found);
    },
    add: (vip, link, validSeconds) =>
      put(netlink, NLM_F_CREATE | NLM_F_EXCL, { vip, link, validSeconds }),
    renew: (vip, link, validSeconds) =>
      put(netlink, NLM_F_CREATE | NLM_F_REPLACE, { vip, link, validSeconds }),
    remove(address) {
      const owner = link(address.interfaceName);
      if (!owner.ok) return owner.error.code === 'interface-missing' ? ok(undefined) : owner;
      const body = addressBody(address.ip, address.prefixLength, owner.value.index);
      const done = netlink.change(RTM_DELADDR, 0, body);
      if (!done.ok) return done;
      const { errno, text } = done.value;
      const gone = [0, constants.errno.EADDRNOTAVAIL, constants.errno.ENODEV].includes(errno);
      return gone ? ok(undefined) : refused(`removing ${address.ip}`, errno, text);
    },
    close: () => netlink.close(),
  };
}

function put(
  netlink: NetlinkSocket,
  flags: number,
  {
    vip,
    link,
    validSeconds,
  }: {
    readonly vip: VipAddress;
    readonly link: HostLink;
    readonly validSeconds: number | null;
  },
): HostResult<void> {
  const lifetime = Buffer.alloc(16);
  lifetime.writeUInt32LE(validSeconds ?? FOR_EVER, 0);
  lifetime.writeUInt32LE(validSeconds ?? FOR_EVER, 4);
  const body = Buffer.concat([
    addressBody(vip.ip, vip.prefixLength, link.index),
    attribute(IFA_LABEL, Buffer.from(`${ownershipLabel(vip.interfaceName)}\0`)),
    attribute(IFA_CACHEINFO, lifetime),
  ]);
  const done = netlink.change(RTM_NEWADDR, flags, body);
  if (!done.ok) return done;
  const { errno, text } = done.value;
  return errno === 0 ? ok(undefined) : refused(`adding ${vip.ip}`, errno, text);
}

function askLink(netlink: NetlinkSocket, body: Buffer, what: string): HostResult<HostLink> {
  const answer = netlink.get(RTM_GETLINK, body);
  if (!answer.ok) return answer;
  if ('errno' in answer.value) {
    return hostErr(
      'interface-missing',
      `${what} does not exist here (${errnoName(answer.value.errno)})`,
      'name an interface that `ip link` shows on this host in vip[].interface',
    );
  }
  const link = answer.value.body;
  const attributes = decodeAttributes(link, IFINFOMSG_BYTES);
  const flags = link.readUInt32LE(8);
  return ok({
    index: link.readInt32LE(4),
    name: textOf(attributes.get(IFLA_IFNAME)),
    up: (flags & IFF_UP) !== 0,
    arp: (flags & IFF_NOARP) === 0,
    mac: attributes.get(IFLA_ADDRESS) ?? Buffer.alloc(0),
  });
}

function addressBody(ip: string, prefixLength: number, index: number): Buffer {
  const body = Buffer.alloc(IFADDRMSG_BYTES);
  body[0] = AF_INET;
  body[1] = prefixLength;
  body.writeUInt32LE(index, 4);
  const bytes = ipv4Bytes(ip);
  return Buffer.concat([body, attribute(IFA_LOCAL, bytes), attribute(IFA_ADDRESS, bytes)]);
}

function ipv4Bytes(ip: string): Buffer {
  return Buffer.from(ip.split('.').map(Number));
}

function refused(what: string, errno: number, text: string): HostResult<never> {
  const denied = errno === constants.errno.EPERM || errno === constants.errno.EACCES;
  return hostErr(
    denied ? 'no-permission' : 'netlink-failed',
    `${what}: the kernel refuses: ${errnoName(errno)}${text === '' ? '' : ` (${text})`}`,
    denied ? NEEDS_NET_ADMIN : undefined,
  );
}
