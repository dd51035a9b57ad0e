import { macText, type LinkSight } from '@mha4rdb/vip';
import { decodeAttributes, textOf } from './netlink-message.js';

/** An interface as the kernel shows it. */
export interface HostLink extends LinkSight {
  readonly index: number;
  readonly name: string;
  /** Speaks ARP (a tunnel does not). */
  readonly arp: boolean;
  readonly macBytes: Buffer;
}

const IFINFOMSG_BYTES = 16;
const IFLA_ADDRESS = 1;
const IFLA_IFNAME = 3;
const IFLA_LINKINFO = 18;
const IFLA_EVENT = 44;
const IFLA_INFO_DATA = 2;
const IFLA_BOND_ACTIVE_SLAVE = 1;
const IFF_UP = 0x1;
const IFF_NOARP = 0x80;
const IFF_LOWER_UP = 0x10000;
/** IFLA_EVENT: a bond failed over; a driver asks that peers be notified. */
const NOTIFYING_EVENTS: readonly number[] = [3, 4];

/** The question for one interface, by name. */
export function linkByName(name: string): Buffer {
  const attribute = Buffer.alloc((4 + name.length + 1 + 3) & ~3);
  attribute.writeUInt16LE(4 + name.length + 1, 0);
  attribute.writeUInt16LE(IFLA_IFNAME, 2);
  attribute.write(name, 4, 'latin1');
  return Buffer.concat([Buffer.alloc(IFINFOMSG_BYTES), attribute]);
}

/** The question for one interface, by number. */
export function linkByIndex(index: number): Buffer {
  const body = Buffer.alloc(IFINFOMSG_BYTES);
  body.writeInt32LE(index, 4);
  return body;
}

/** Reads an RTM_NEWLINK or RTM_DELLINK. `notifyPeers`: the kernel itself asks for an announcement. */
export function decodeLink(body: Buffer): HostLink & { readonly notifyPeers: boolean } {
  const attributes = decodeAttributes(body, IFINFOMSG_BYTES);
  const flags = body.readUInt32LE(8);
  const macBytes = attributes.get(IFLA_ADDRESS) ?? Buffer.alloc(0);
  return {
    index: body.readInt32LE(4),
    name: textOf(attributes.get(IFLA_IFNAME)),
    up: (flags & IFF_UP) !== 0,
    carrier: (flags & IFF_LOWER_UP) !== 0,
    arp: (flags & IFF_NOARP) === 0,
    mac: macText(macBytes),
    macBytes,
    activePort: activePortOf(attributes.get(IFLA_LINKINFO)),
    notifyPeers: NOTIFYING_EVENTS.includes(attributes.get(IFLA_EVENT)?.readUInt32LE(0) ?? 0),
  };
}

function activePortOf(info: Buffer | undefined): number {
  if (info === undefined) return 0;
  const data = decodeAttributes(info, 0).get(IFLA_INFO_DATA);
  if (data === undefined) return 0;
  const port = decodeAttributes(data, 0).get(IFLA_BOND_ACTIVE_SLAVE);
  // Another kind of interface may use this number for something shorter.
  return port?.length === 4 ? port.readUInt32LE(0) : 0;
}
