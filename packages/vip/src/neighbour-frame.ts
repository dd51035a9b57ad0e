import { addressInFrame, ETHERTYPE_IPV6, ethernetFrame } from './ethernet-frame.js';

const ALL_NODES = Uint8Array.of(0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
const SOLICITED_NODE = Uint8Array.of(0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0, 0, 0);
const UNSPECIFIED = new Uint8Array(16);
const ICMPV6 = 58;
const NEIGHBOUR_SOLICITATION = 135;
export const NEIGHBOUR_ADVERTISEMENT = 136;
const ROUTER = 0x80;
const OVERRIDE = 0x20;
const TARGET_LINK_ADDRESS = 2;
const IPV6_AT = 14;
const ICMP_AT = 54;

/**
 * An unsolicited neighbour advertisement (RFC 4861 §7.2.6): source is the VIP itself, to all nodes,
 * overriding what they remember. `router` must be what the host really is, or neighbours drop it
 * from their router lists (VIP checklist 15).
 */
export function unsolicitedAdvertisement(mac: Uint8Array, ip: string, router: boolean): Uint8Array {
  const address = addressInFrame(mac, ip, 16);
  const body = new Uint8Array(32);
  body[0] = NEIGHBOUR_ADVERTISEMENT;
  body[4] = OVERRIDE | (router ? ROUTER : 0);
  body.set(address, 8);
  body[24] = TARGET_LINK_ADDRESS;
  body[25] = 1; // in units of 8 bytes
  body.set(mac, 26);
  return icmpv6Frame(mac, address, ALL_NODES, body);
}

/** The question of duplicate address detection (RFC 4862 §5.4.2), from nobody to `ip`'s own group. */
export function duplicateSolicitation(mac: Uint8Array, ip: string): Uint8Array {
  const address = addressInFrame(mac, ip, 16);
  const group = Uint8Array.from(SOLICITED_NODE);
  group.set(address.subarray(13), 13);
  const body = new Uint8Array(24);
  body[0] = NEIGHBOUR_SOLICITATION;
  body.set(address, 8);
  return icmpv6Frame(mac, UNSPECIFIED, group, body);
}

function icmpv6Frame(
  mac: Uint8Array,
  from: Uint8Array,
  to: Uint8Array,
  body: Uint8Array,
): Uint8Array {
  const group = Uint8Array.of(0x33, 0x33, ...to.subarray(12));
  const frame = ethernetFrame(ICMP_AT + body.length, group, mac, ETHERTYPE_IPV6);
  const view = new DataView(frame.buffer);
  frame[IPV6_AT] = 0x60; // version 6
  view.setUint16(IPV6_AT + 4, body.length);
  frame[IPV6_AT + 6] = ICMPV6;
  frame[IPV6_AT + 7] = 255; // neighbours drop what could have been routed
  frame.set(from, IPV6_AT + 8);
  frame.set(to, IPV6_AT + 24);
  frame.set(body, ICMP_AT);
  view.setUint16(ICMP_AT + 2, checksum(from, to, body));
  return frame;
}

/** The Internet checksum over the pseudo-header and the message (RFC 4443 §2.3). */
function checksum(from: Uint8Array, to: Uint8Array, body: Uint8Array): number {
  let sum = body.length + ICMPV6;
  for (const part of [from, to, body]) {
    for (let at = 0; at < part.length; at += 2) {
      sum += ((part[at] ?? 0) << 8) | (part[at + 1] ?? 0);
    }
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
