import { addDuration, elapsed, ok, type Instant } from '@mha4rdb/kernel';
import { ANNOUNCE_AT_MS, ANNOUNCE_LATEST_MS, gratuitousArp, type VipAddress } from '@mha4rdb/vip';
import type { HostLink } from './host-addresses.js';
import { hostErr, type HostResult } from './host-failure.js';
import { errnoName, loadLibc, openSocket } from './libc.js';

/** Tells the neighbours where a VIP is: a burst after acquiring, each time in both ARP forms. */
export interface Announcer {
  /**
   * Sends the first announcement now and plans the rest. Each later one is sent only if it is not
   * late, and `mayAnnounce()` at that moment: a process that was frozen must not take the address
   * from its new owner.
   */
  start(vip: VipAddress, link: HostLink, mayAnnounce: () => boolean): HostResult<void>;
  /** Cancels what is planned. Comes before every release (VIP checklist 27). */
  stop(ip: string): void;
  /** Cancels everything and closes the socket. */
  close(): void;
}

const AF_PACKET = 17;
const ETHERTYPE_ARP = 0x0806;

/** The socket is kept open: closing one takes 8 ms (measured). Needs CAP_NET_RAW. */
export function openAnnouncer(now: () => Instant): HostResult<Announcer> {
  const loaded = loadLibc();
  if (!loaded.ok) return loaded;
  const libc = loaded.value;
  // Protocol 0: the socket receives nothing.
  const socket = openSocket(libc, AF_PACKET, 0, 'the raw socket for ARP announcements');
  if (!socket.ok) return socket;
  const planned = new Map<string, readonly NodeJS.Timeout[]>();

  const send = (vip: VipAddress, link: HostLink): HostResult<void> => {
    const address = Buffer.alloc(20); // sockaddr_ll
    address.writeUInt16LE(AF_PACKET, 0);
    address.writeUInt16BE(ETHERTYPE_ARP, 2);
    address.writeInt32LE(link.index, 4);
    address[11] = 6;
    address.fill(0xff, 12, 18);
    for (const form of ['request', 'reply'] as const) {
      const frame = gratuitousArp(form, link.mac, vip.ip);
      const sent = libc.sendto(socket.value, frame, frame.length, 0, address, address.length);
      if (Number(sent) !== frame.length) {
        const reason = errnoName(libc.errno());
        return hostErr('announce-failed', `ARP for ${vip.ip} on ${link.name}: ${reason}`);
      }
    }
    return ok(undefined);
  };

  const stop = (ip: string): void => {
    for (const timer of planned.get(ip) ?? []) clearTimeout(timer);
    planned.delete(ip);
  };

  return ok({
    start(vip, link, mayAnnounce) {
      stop(vip.ip);
      if (!link.arp) return ok(undefined);
      if (link.mac.length !== 6) {
        return hostErr(
          'announce-failed',
          `${link.name} has no Ethernet address; ${vip.ip} cannot be announced there`,
          'put the VIP on an Ethernet, bond, VLAN or bridge interface',
        );
      }
      const startedAt = now();
      const timers = ANNOUNCE_AT_MS.slice(1).map((delay) =>
        setTimeout(() => {
          const lateness = elapsed(addDuration(startedAt, delay), now());
          // A failed repetition is not worth an alarm: the first one was sent, others follow.
          if (lateness <= ANNOUNCE_LATEST_MS && mayAnnounce()) send(vip, link);
        }, delay).unref(),
      );
      planned.set(vip.ip, timers);
      return send(vip, link);
    },
    stop,
    close() {
      for (const ip of [...planned.keys()]) stop(ip);
      libc.close(socket.value);
    },
  });
}
