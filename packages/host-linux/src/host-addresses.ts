import { constants } from 'node:os';
import { ok } from '@mha4rdb/kernel';
import { inSameSubnet, ipBytes, type SeenAddress, type VipAddress } from '@mha4rdb/vip';
import {
  addressBody,
  addressQuestion,
  decodeAddress,
  placementBody,
  type KernelAddress,
  type Placement,
} from './address-message.js';
import { hostErr, NEEDS_NET_ADMIN, type HostResult } from './host-failure.js';
import { errnoName } from './libc.js';
import { decodeLink, linkByIndex, linkByName, type HostLink } from './link-message.js';
import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from './netlink-message.js';
import { NETLINK_ROUTE, openNetlinkSocket, type NetlinkSocket } from './netlink-socket.js';

/** Addresses and interfaces of this network namespace, read and changed by netlink. */
export interface HostAddresses {
  link(name: string): HostResult<HostLink>;
  /** Every place on the host that has this IP. */
  find(ip: string): HostResult<readonly SeenAddress[]>;
  /** Adds, with our mark, what is not there yet. `validSeconds: null` is for ever. */
  add(placement: Placement): HostResult<void>;
  /** Gives ours a new lifetime; creates it when it has just gone. */
  renew(placement: Placement): HostResult<void>;
  /** Removes exactly this address and prefix (VIP checklist 30); an absent one is removed already. */
  remove(address: SeenAddress): HostResult<void>;
  /**
   * Whether the interface has its subnet's route by another address: then ours must not bring a
   * second one (VIP checklist 5); without it, an interface that has only VIPs would reach nobody.
   */
  hasSubnet(vip: VipAddress, link: HostLink): HostResult<boolean>;
  close(): void;
}

const RTM_NEWADDR = 20;
const RTM_DELADDR = 21;
const RTM_GETADDR = 22;
const RTM_GETLINK = 18;

export function openHostAddresses(): HostResult<HostAddresses> {
  const socket = openNetlinkSocket(NETLINK_ROUTE);
  return socket.ok ? ok(createHostAddresses(socket.value)) : socket;
}

function createHostAddresses(netlink: NetlinkSocket): HostAddresses {
  const link = (name: string): HostResult<HostLink> =>
    askLink(netlink, linkByName(name), `interface ${name}`);

  const all = (ip: string): HostResult<readonly KernelAddress[]> => {
    const dump = netlink.dump(RTM_GETADDR, addressQuestion(ip));
    if (!dump.ok) return dump;
    return ok(dump.value.flatMap(({ body }) => decodeAddress(body) ?? []));
  };

  const put = (flags: number, placement: Placement): HostResult<void> => {
    const done = netlink.change(RTM_NEWADDR, flags, placementBody(placement));
    if (!done.ok) return done;
    const { errno, text } = done.value;
    return errno === 0 ? ok(undefined) : refused(`adding ${placement.vip.ip}`, errno, text);
  };

  return {
    link,
    find(ip) {
      const addresses = all(ip);
      if (!addresses.ok) return addresses;
      const found: SeenAddress[] = [];
      for (const address of addresses.value) {
        if (address.ip !== ip) continue;
        const owner = askLink(netlink, linkByIndex(address.linkIndex), `interface of ${ip}`);
        if (!owner.ok) {
          // The interface went away between the two questions, and the address with it.
          if (owner.error.code === 'interface-missing') continue;
          return owner;
        }
        const { prefixLength, ours, validSeconds } = address;
        found.push({ ip, prefixLength, interfaceName: owner.value.name, ours, validSeconds });
      }
      return ok(found);
    },
    add: (placement) => put(NLM_F_CREATE | NLM_F_EXCL, placement),
    renew: (placement) => put(NLM_F_CREATE | NLM_F_REPLACE, placement),
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
    hasSubnet(vip, { index }) {
      const addresses = all(vip.ip);
      if (!addresses.ok) return addresses;
      const own = ipBytes(vip.ip) ?? new Uint8Array();
      return ok(
        addresses.value.some(
          ({ bytes, prefixLength, linkIndex, ours }) =>
            !ours && linkIndex === index && inSameSubnet(bytes, own, prefixLength),
        ),
      );
    },
    close: () => netlink.close(),
  };
}

function askLink(netlink: NetlinkSocket, question: Buffer, what: string): HostResult<HostLink> {
  const answer = netlink.get(RTM_GETLINK, question);
  if (!answer.ok) return answer;
  if ('errno' in answer.value) {
    return hostErr(
      'interface-missing',
      `${what} does not exist here (${errnoName(answer.value.errno)})`,
      'name an interface that `ip link` shows on this host in vip[].interface',
    );
  }
  return ok(decodeLink(answer.value.body));
}

function refused(what: string, errno: number, text: string): HostResult<never> {
  const denied = errno === constants.errno.EPERM || errno === constants.errno.EACCES;
  return hostErr(
    denied ? 'no-permission' : 'netlink-failed',
    `${what}: the kernel refuses: ${errnoName(errno)}${text === '' ? '' : ` (${text})`}`,
    denied ? NEEDS_NET_ADMIN : undefined,
  );
}
