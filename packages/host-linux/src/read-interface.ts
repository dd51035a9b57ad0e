import { existsSync, readFileSync } from 'node:fs';
import { BlockList } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { VipAddress } from '@mha4rdb/vip';

/** An interface that shall carry a VIP, as the doctor looks at it. */
export interface InterfaceSight {
  /** With prefix lengths, without our own VIPs; null: there is no such interface. */
  readonly addresses: readonly string[] | null;
  /** One of them is in the VIP's network. */
  readonly inNetwork: boolean;
  readonly carrier: boolean;
  /** Other interfaces with an address in that network. */
  readonly besides: readonly string[];
  /** Of net.ipv4.conf: the greater of `all` and the interface's, which is what counts. */
  readonly settings: Readonly<Record<string, number>>;
}

const SETTINGS = [
  'arp_ignore',
  'arp_announce',
  'rp_filter',
  'promote_secondaries',
  'drop_gratuitous_arp',
] as const;

/** Reads what the kernel shows in files and through the C library; changes nothing. */
export function readInterface(vip: VipAddress, ours: readonly VipAddress[]): InterfaceSight {
  const { interfaceName: name, ip } = vip;
  const cidrs = new Map<string, readonly string[]>();
  for (const [other, addresses = []] of Object.entries(networkInterfaces())) {
    const foreign = addresses.filter(({ address }) => !ours.some((one) => one.ip === address));
    cidrs.set(
      other,
      foreign.flatMap(({ cidr }) => (cidr === null ? [] : [cidr])),
    );
  }
  const own = cidrs.get(name) ?? [];
  const besides = [...cidrs].filter(
    ([other, list]) => other !== name && other !== 'lo' && list.some((cidr) => contains(cidr, ip)),
  );
  return {
    addresses: existsSync(`/sys/class/net/${name}`) ? own : null,
    inNetwork: own.some((cidr) => contains(cidr, ip)),
    carrier: readNumber(`/sys/class/net/${name}/carrier`) === 1,
    besides: besides.map(([other]) => other),
    settings: Object.fromEntries(
      SETTINGS.flatMap((setting) => {
        const both = ['all', name].map((place) =>
          readNumber(`/proc/sys/net/ipv4/conf/${place}/${setting}`),
        );
        const known = both.filter((value) => value !== null);
        return known.length === 0 ? [] : [[setting, Math.max(...known)]];
      }),
    ),
  };
}

/** Whether a server may bind addresses that this host has not got (yet). */
export function readNonlocalBind(): boolean {
  return readNumber('/proc/sys/net/ipv4/ip_nonlocal_bind') === 1;
}

function contains(cidr: string, ip: string): boolean {
  const [network = '', prefix = ''] = cidr.split('/');
  const family = ip.includes(':') ? 'ipv6' : 'ipv4';
  if (network.includes(':') !== ip.includes(':')) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), family);
  return list.check(ip, family);
}

function readNumber(file: string): number | null {
  try {
    const value = Number(readFileSync(file, 'utf8').trim());
    return Number.isInteger(value) ? value : null;
  } catch {
    return null;
  }
}
