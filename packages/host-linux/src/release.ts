import { ok } from '@mha4rdb/kernel';
import type { Audience, VipAddress } from '@mha4rdb/vip';
import type { AddressKeeper, VipSight } from './address-keeper.js';
import type { HostResult } from './host-failure.js';
import type { NetlinkSocket } from './netlink-socket.js';
import type { PortSessions } from './port-sessions.js';
import { dropTracked } from './tracked-connections.js';

/**
 * Takes VIPs off this host, after the port was closed (VIP checklist 27 to 33): announcements
 * cancelled, clients reset, address removed and looked for again, tracked connections forgotten.
 */
export interface Release {
  /** Who is let in now: the release resets who is not any more, with or without a VIP. */
  noteAdmitted(audience: Audience): void;
  /** Every step for every VIP, despite failures; `keep` are the peers that may go on streaming. */
  take(vips: readonly VipAddress[], keep: readonly string[]): readonly HostResult<VipSight>[];
}

export interface ReleaseParts {
  readonly keeper: AddressKeeper;
  readonly sessions: PortSessions;
  readonly netfilter: NetlinkSocket;
}

export function createRelease({ keeper, sessions, netfilter }: ReleaseParts): Release {
  let admitted: Audience | 'nobody' = 'nobody';

  return {
    noteAdmitted(audience) {
      if (admitted !== 'everyone') admitted = audience;
    },
    take(vips, keep) {
      const here = vips.filter((vip) => {
        const holds = keeper.holds(vip);
        return !holds.ok || holds.value;
      });
      // While the address is still here: the reset must leave by it. A kernel that cannot do this
      // leaves the clients to the closed port's resets.
      const stay = keep.length > 0 ? 'peers' : 'nobody';
      const excess = admitted === 'everyone' || (admitted === 'peers' && stay === 'nobody');
      if ((excess || here.length > 0) && sessions.reset(keep).ok) admitted = stay;
      return vips.map((vip) => {
        const released = keeper.enforce(vip, null);
        if (!released.ok || !here.includes(vip)) return released;
        const dropped = dropTracked(netfilter, vip.ip);
        return dropped.ok ? ok(released.value) : dropped;
      });
    },
  };
}
