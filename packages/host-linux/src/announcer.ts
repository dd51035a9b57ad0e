import { readFileSync } from 'node:fs';
import { addDuration, elapsed, ok, type Instant } from '@mha4rdb/kernel';
import {
  ANNOUNCE_LATEST_MS,
  announcementAt,
  announcementFrames,
  familyOf,
  probeFrame,
  type VipAddress,
} from '@mha4rdb/vip';
import { hostErr, type HostResult } from './host-failure.js';
import { loadLibc } from './libc.js';
import type { HostLink } from './link-message.js';
import { openSendingSocket, sendFrames } from './packet-socket.js';

/** Tells the neighbours where a VIP is: a burst, then a refresh as long as it is held. */
export interface Announcer {
  /**
   * Sends the first announcement now and plans the rest. Each later one is sent only if it is not
   * late, and `mayAnnounce()` at that moment: a process that was frozen must not take the address
   * from its new owner.
   */
  start(vip: VipAddress, link: HostLink, mayAnnounce: () => boolean): HostResult<void>;
  /** Whether announcements are planned for it. */
  announces(ip: string): boolean;
  /** One more, now, beside the plan: in defence of a VIP that is being announced. */
  once(vip: VipAddress, link: HostLink): HostResult<void>;
  /** Asks the link who has it, without claiming it. Answers come to whoever listens for claims. */
  probe(vip: VipAddress, link: HostLink): HostResult<void>;
  /** Cancels what is planned. Comes before every release (VIP checklist 27). */
  stop(ip: string): void;
  /** Cancels everything and closes the socket. */
  close(): void;
}

export function openAnnouncer(now: () => Instant): HostResult<Announcer> {
  const loaded = loadLibc();
  if (!loaded.ok) return loaded;
  const libc = loaded.value;
  const socket = openSendingSocket(libc);
  if (!socket.ok) return socket;
  const planned = new Map<string, NodeJS.Timeout>();

  const send = (link: HostLink, frames: () => readonly Uint8Array[]): HostResult<void> => {
    if (!link.arp) return ok(undefined);
    if (link.macBytes.length !== 6) return notEthernet(link);
    return sendFrames(libc, socket.value, link, frames());
  };

  const once = (vip: VipAddress, link: HostLink): HostResult<void> =>
    send(link, () => announcementFrames(link.macBytes, vip.ip, isRouter(vip, link)));

  const stop = (ip: string): void => {
    clearTimeout(planned.get(ip));
    planned.delete(ip);
  };

  return ok({
    start(vip, link, mayAnnounce) {
      stop(vip.ip);
      const startedAt = now();
      // A failed repetition is not worth an alarm: the first one was sent, others follow.
      const plan = (n: number): void => {
        const due = addDuration(startedAt, announcementAt(n));
        const timer = setTimeout(
          () => {
            if (elapsed(due, now()) <= ANNOUNCE_LATEST_MS && mayAnnounce()) once(vip, link);
            plan(n + 1);
          },
          Math.max(0, elapsed(now(), due)),
        ).unref();
        planned.set(vip.ip, timer);
      };
      plan(1);
      return once(vip, link);
    },
    announces: (ip) => planned.has(ip),
    once,
    probe: (vip, link) => send(link, () => [probeFrame(link.macBytes, vip.ip)]),
    stop,
    close() {
      for (const ip of [...planned.keys()]) stop(ip);
      libc.close(socket.value);
    },
  });
}

function notEthernet({ name }: HostLink): HostResult<never> {
  return hostErr(
    'announce-failed',
    `${name} has no Ethernet address; a VIP cannot be announced there`,
    'put the VIP on an Ethernet, bond, VLAN or bridge interface',
  );
}

/** What a neighbour advertisement must say of this host (VIP checklist 15). */
function isRouter(vip: VipAddress, { name }: HostLink): boolean {
  if (familyOf(vip.ip) === 4) return false;
  try {
    return readFileSync(`/proc/sys/net/ipv6/conf/${name}/forwarding`, 'latin1').trim() !== '0';
  } catch {
    return false;
  }
}
