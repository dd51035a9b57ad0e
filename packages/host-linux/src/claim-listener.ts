import { ok } from '@mha4rdb/kernel';
import { claimIn, type VipAddress } from '@mha4rdb/vip';
import type { HostResult } from './host-failure.js';
import { loadLibc } from './libc.js';
import type { HostLink } from './link-message.js';
import { openClaimSocket } from './packet-socket.js';
import { watchReadable } from './readable.js';

/** Hears what others on a link say about a VIP. */
export interface ClaimListener {
  /** Listens on this interface from now on, instead of where it listened before. */
  listen(vip: VipAddress, link: HostLink): HostResult<void>;
  close(): void;
}

export function createClaimListener(
  onClaim: (vip: VipAddress, mac: string) => void,
): ClaimListener {
  const listening = new Map<string, { readonly index: number; readonly stop: () => void }>();
  const stop = (ip: string): void => {
    listening.get(ip)?.stop();
    listening.delete(ip);
  };
  return {
    listen(vip, link) {
      if (listening.get(vip.ip)?.index === link.index || !link.arp) return ok(undefined);
      stop(vip.ip);
      const libc = loadLibc();
      if (!libc.ok) return libc;
      const fd = openClaimSocket(libc.value, link, vip.ip);
      if (!fd.ok) return fd;
      const watching = watchReadable(libc.value, fd.value, (frame) => {
        const claim = frame === null ? null : claimIn(frame, vip.ip);
        if (claim !== null) onClaim(vip, claim.mac);
      });
      if (!watching.ok) return watching;
      listening.set(vip.ip, { index: link.index, stop: watching.value });
      return ok(undefined);
    },
    close() {
      for (const ip of [...listening.keys()]) stop(ip);
    },
  };
}
