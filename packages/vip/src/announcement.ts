import { invariant } from '@mha4rdb/kernel';

/**
 * Milliseconds after acquiring at which a VIP is announced (VIP checklist 12): at once for the
 * failover, later for switches and neighbours that were busy or came back.
 */
export const ANNOUNCE_AT_MS = [0, 200, 1000, 3000, 7000] as const;
/**
 * An announcement that is this late belongs to a process that stood still; it could take the
 * address from the new owner in the eyes of the neighbours, and is not sent.
 */
export const ANNOUNCE_LATEST_MS = 500;

const ETHERTYPE_ARP = 0x0806;
const ETHERTYPE_IPV4 = 0x0800;
const FRAME_BYTES = 42;

/**
 * A gratuitous ARP for `ip` at `mac`, as an Ethernet frame to everybody. Both forms are needed: some
 * switches and firewalls honour only replies, some anti-spoofing drops them (VIP checklist 13).
 */
export function gratuitousArp(form: 'request' | 'reply', mac: Uint8Array, ip: string): Uint8Array {
  const address = ip.split('.').map(Number);
  invariant(mac.length === 6 && address.length === 4, 'protocol §5', 'not an Ethernet IPv4 VIP', {
    ip,
  });
  const frame = new Uint8Array(FRAME_BYTES);
  const view = new DataView(frame.buffer);
  frame.fill(0xff, 0, 6);
  frame.set(mac, 6);
  view.setUint16(12, ETHERTYPE_ARP);
  view.setUint16(14, 1); // hardware: Ethernet
  view.setUint16(16, ETHERTYPE_IPV4);
  frame[18] = 6;
  frame[19] = 4;
  view.setUint16(20, form === 'request' ? 1 : 2);
  frame.set(mac, 22);
  frame.set(address, 28);
  // The target's hardware address means nothing in a request; a reply names the sender again.
  if (form === 'reply') frame.set(mac, 32);
  frame.set(address, 38);
  return frame;
}
