import { ok, type Instant } from '@mha4rdb/kernel';
import {
  isUsable,
  judgeClaim,
  keepsVanishing,
  noteVanished,
  type Dispute,
  type Vanishings,
  type VipAddress,
} from '@mha4rdb/vip';
import type { AddressKeeper } from './address-keeper.js';
import type { KernelAddress } from './address-message.js';
import type { Announcer } from './announcer.js';
import { createClaimListener } from './claim-listener.js';
import type { HostAddresses } from './host-addresses.js';
import type { HostResult } from './host-failure.js';
import type { HostNews } from './host-news.js';
import type { HostLink } from './link-message.js';
import { createLinkWatch, type LinkWatch } from './link-watch.js';
import { openNetlinkMonitor, type KernelNews } from './netlink-monitor.js';

/** Answers to what others do to the VIPs and their interfaces, when it happens. */
export interface AddressWatch {
  /** Why this host is no good place for its VIPs now, for people; `null` when it is. */
  trouble(): string | null;
  /** How often VIPs were put back that others had removed. */
  restored(): number;
  close(): void;
}

export interface AddressWatchParts {
  readonly vips: readonly VipAddress[];
  readonly keeper: AddressKeeper;
  readonly addresses: HostAddresses;
  readonly announcer: Announcer;
  readonly now: () => Instant;
  readonly tell: (news: HostNews) => void;
}

export function openAddressWatch(parts: AddressWatchParts): HostResult<AddressWatch> {
  const watch = new Watching(parts);
  const monitor = openNetlinkMonitor((news) => watch.hear(news));
  if (!monitor.ok) return monitor;
  watch.lookAround();
  return ok({
    trouble: () => watch.trouble(),
    restored: () => watch.restored,
    close() {
      monitor.value();
      watch.close();
    },
  });
}

class Watching {
  restored = 0;
  private readonly links: LinkWatch;
  private readonly listener = createClaimListener((vip, mac) => this.hearClaim(vip, mac));
  /** By IP. */
  private readonly vanished = new Map<string, Vanishings>();
  private readonly disputes = new Map<string, Dispute>();

  constructor(private readonly parts: AddressWatchParts) {
    const names = [...new Set(parts.vips.map(({ interfaceName }) => interfaceName))];
    this.links = createLinkWatch(names, parts.now, (kind, name) =>
      parts.tell({ kind, interface: name }),
    );
  }

  close(): void {
    this.links.close();
    this.listener.close();
  }

  trouble(): string | null {
    const { vips, now } = this.parts;
    const [lost] = this.links.lost();
    if (lost !== undefined) return `${lost}, which carries a VIP, has no link`;
    const gone = vips.find(({ ip }) => keepsVanishing(this.vanished.get(ip) ?? [], now()));
    return gone === undefined
      ? null
      : `another program keeps removing ${gone.ip} from ${gone.interfaceName}`;
  }

  /** At the start, and when news were missed. */
  lookAround(): void {
    const { vips, addresses, keeper } = this.parts;
    for (const vip of vips) {
      const link = addresses.link(vip.interfaceName);
      if (link.ok) this.hearLink(link.value, false);
      else this.links.seeNone(vip.interfaceName);
      keeper.forget(vip);
      this.putBack(vip);
    }
  }

  hear(news: KernelNews): void {
    switch (news.kind) {
      case 'address-removed':
        return this.hearRemoval(news.address);
      case 'link':
        return this.hearLink(news.link, news.notifyPeers);
      case 'link-removed':
        return this.links.seeNone(news.link.name);
      case 'missed':
        return this.lookAround();
    }
  }

  /** While it is wished, nobody of us removes it: others did, or the interface was set down. */
  private hearRemoval({ ip, prefixLength, linkIndex }: KernelAddress): void {
    const { vips, keeper, now, tell } = this.parts;
    const vip = vips.find((candidate) => candidate.ip === ip);
    if (vip === undefined || vip.prefixLength !== prefixLength) return;
    const link = this.links.link(vip.interfaceName);
    if (link !== undefined && link.index !== linkIndex) return;
    keeper.forget(vip);
    if (keeper.wishedUntil(vip) === null || link === undefined || !isUsable(link)) return;
    this.vanished.set(ip, noteVanished(this.vanished.get(ip) ?? [], now()));
    if (this.putBack(vip)) {
      this.restored += 1;
      tell({ kind: 'vip-restored', address: ip, count: this.restored });
    }
  }

  private hearLink(link: HostLink, notifyPeers: boolean): void {
    const { vips, keeper } = this.parts;
    const { announce, came } = this.links.see(link, notifyPeers);
    for (const vip of vips.filter(({ interfaceName }) => interfaceName === link.name)) {
      this.listener.listen(vip, link);
      if (keeper.wishedUntil(vip) === null) continue;
      // The kernel took IPv6 addresses away when the interface was set down.
      if (came) keeper.forget(vip);
      const here = came ? this.putBack(vip) : true;
      if (here && announce) keeper.announceAgain(vip);
    }
  }

  private hearClaim(vip: VipAddress, mac: string): void {
    const { keeper, announcer, now, tell } = this.parts;
    const link = this.links.link(vip.interfaceName);
    if (link === undefined) return;
    const holding = keeper.wishedUntil(vip) !== null && announcer.announces(vip.ip);
    const verdict = judgeClaim(
      this.disputes.get(vip.ip) ?? null,
      { mac, own: link.mac, holding },
      now(),
    );
    if (verdict === null) return;
    this.disputes.set(vip.ip, verdict.dispute);
    if (verdict.defend) announcer.once(vip, link);
    if (!verdict.alarm) return;
    tell({
      kind: 'vip-claimed-by-other',
      address: vip.ip,
      interface: vip.interfaceName,
      mac,
      defended: verdict.defend,
    });
  }

  private putBack(vip: VipAddress): boolean {
    const { keeper, tell } = this.parts;
    const until = keeper.wishedUntil(vip);
    if (until === null) return false;
    const done = keeper.enforce(vip, until);
    if (!done.ok) tell({ kind: 'vip-not-restored', address: vip.ip, reason: done.error.message });
    return done.ok;
  }
}
