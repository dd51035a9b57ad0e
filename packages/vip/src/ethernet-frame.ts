import { invariant } from '@mha4rdb/kernel';
import { ipBytes } from './ip-address.js';

export const ETHERTYPE_IPV4 = 0x0800;
export const ETHERTYPE_ARP = 0x0806;
export const ETHERTYPE_IPV6 = 0x86dd;

/** A frame of this many bytes with its Ethernet header; the rest is zero. */
export function ethernetFrame(
  length: number,
  to: Uint8Array,
  from: Uint8Array,
  type: number,
): Uint8Array {
  const frame = new Uint8Array(length);
  frame.set(to, 0);
  frame.set(from, 6);
  new DataView(frame.buffer).setUint16(12, type);
  return frame;
}

/** The bytes of an address that is to be named in a frame of this family from this MAC. */
export function addressInFrame(mac: Uint8Array, ip: string, length: 4 | 16): Uint8Array {
  const bytes = ipBytes(ip);
  invariant(
    mac.length === 6 && bytes?.length === length,
    'protocol §5',
    'not an address of this family at an Ethernet address',
    { ip },
  );
  return bytes;
}
