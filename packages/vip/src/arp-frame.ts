import { addressInFrame, ETHERTYPE_ARP, ETHERTYPE_IPV4, ethernetFrame } from './ethernet-frame.js';

const BROADCAST = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
const FRAME_BYTES = 42;

/**
 * An ARP frame to everybody about `ip` (RFC 826, RFC 5227). `request` and `reply` say that it is at
 * `mac`; a `probe` only asks, and leaves the sender's address out.
 */
export function arpFrame(
  form: 'request' | 'reply' | 'probe',
  mac: Uint8Array,
  ip: string,
): Uint8Array {
  const address = addressInFrame(mac, ip, 4);
  const frame = ethernetFrame(FRAME_BYTES, BROADCAST, mac, ETHERTYPE_ARP);
  const view = new DataView(frame.buffer);
  view.setUint16(14, 1); // hardware: Ethernet
  view.setUint16(16, ETHERTYPE_IPV4);
  frame[18] = 6;
  frame[19] = 4;
  view.setUint16(20, form === 'reply' ? 2 : 1);
  frame.set(mac, 22);
  if (form !== 'probe') frame.set(address, 28);
  // The target's hardware address means nothing in a request; a reply names the sender again.
  if (form === 'reply') frame.set(mac, 32);
  frame.set(address, 38);
  return frame;
}
