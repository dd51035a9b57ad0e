import type { FenceWish } from '@mha4rdb/core';
import type { HostClock } from './clock.js';

/** Kept free before the end of the grant (host-linux has the same). */
const SLACK_MS = 30;

/**
 * The kernel's port and address leases of one host (protocol §5). They run on when the agent is dead
 * or frozen, end by themselves, and vanish with the host. As in the real fence a lease is bounded by
 * the grant however long the agent stood still between its decision and the call; here the two are
 * one moment.
 */
export class PortLease {
  /** Without a table everything passes. */
  private table = false;
  private openUntil = -1;
  private peersUntil = -1;
  private vip = false;

  enforce(wish: FenceWish, now: number, clock: HostClock): void {
    switch (wish.kind) {
      case 'inherit':
        return;
      case 'lifted':
        this.reset();
        return;
      case 'closed':
        this.stand(-1, -1, false);
        return;
      case 'peers':
        this.stand(-1, clock.when(wish.until - SLACK_MS), false);
        return;
      case 'open': {
        const end = clock.when(wish.until - SLACK_MS);
        this.stand(end, end, wish.vip && end > now);
        return;
      }
    }
  }

  /** The host lost power, or the table was lifted. */
  reset(): void {
    this.table = false;
    this.openUntil = -1;
    this.peersUntil = -1;
    this.vip = false;
  }

  hasOpenLease(now: number): boolean {
    return this.table && this.openUntil > now;
  }

  hasVip(now: number): boolean {
    return this.vip && this.openUntil > now;
  }

  admitsClients(now: number): boolean {
    return !this.table || this.openUntil > now;
  }

  admitsPeers(now: number): boolean {
    return !this.table || this.openUntil > now || this.peersUntil > now;
  }

  describe(now: number): string {
    if (!this.table) return 'lifted';
    if (this.openUntil > now) return this.vip ? 'open+vip' : 'open';
    return this.peersUntil > now ? 'peers' : 'closed';
  }

  private stand(openUntil: number, peersUntil: number, vip: boolean): void {
    this.table = true;
    this.openUntil = openUntil;
    this.peersUntil = peersUntil;
    this.vip = vip;
  }
}
