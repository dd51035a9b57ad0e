import { arpFrame } from './arp-frame.js';
import { duplicateSolicitation, unsolicitedAdvertisement } from './neighbour-frame.js';

/**
 * Milliseconds after acquiring at which a VIP is announced (VIP checklist 12): at once for the
 * failover, later for switches and neighbours that were busy or came back; then on and on, since a
 * missed one would otherwise last as long as a neighbour remembers (VIP checklist 17).
 */
export const ANNOUNCE_AT_MS = [0, 200, 1000, 3000, 7000] as const;
export const ANNOUNCE_REFRESH_MS = 30_000;
/**
 * An announcement that is this late belongs to a process that stood still; it could take the
 * address from the new owner in the eyes of the neighbours, and is not sent.
 */
export const ANNOUNCE_LATEST_MS = 500;

/** When the n-th announcement (from 0) is due, in milliseconds after the first. */
export function announcementAt(n: number): number {
  const burst = ANNOUNCE_AT_MS[n];
  if (burst !== undefined) return burst;
  const [last] = ANNOUNCE_AT_MS.slice(-1);
  return (last ?? 0) + (n - ANNOUNCE_AT_MS.length + 1) * ANNOUNCE_REFRESH_MS;
}

/** Says to everybody on the link: `ip` is at `mac`. Ethernet frames, to be sent in this order. */
export function announcementFrames(mac: Uint8Array, ip: string, router = false): Uint8Array[] {
  // Both forms of ARP: some switches and firewalls honour only replies, some anti-spoofing drops
  // them (VIP checklist 13).
  return ip.includes(':')
    ? [unsolicitedAdvertisement(mac, ip, router)]
    : [arpFrame('request', mac, ip), arpFrame('reply', mac, ip)];
}

/** Asks the link whether anybody has `ip`, without claiming it (RFC 5227 §2.1.1; RFC 4862 §5.4.2). */
export function probeFrame(mac: Uint8Array, ip: string): Uint8Array {
  return ip.includes(':') ? duplicateSolicitation(mac, ip) : arpFrame('probe', mac, ip);
}
