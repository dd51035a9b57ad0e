import type { FenceWish } from '@mha4rdb/core';
import type { HostClock } from './clock.js';

/** Kept free before the end of the grant (host-linux has the same). */
const SLACK_MS = 30;

/**
 * The kernel's port and address leases of one host (protocol §5), counted on its clock. They run on
 * when the agent is dead or frozen, end by themselves, and vanish with the host. As in the real fence
 * a lease is bounded by the grant however long the agent stood still between its decision and the
 * call; here the two are one moment.
 */
export class PortLease {
  /** Without a table everything passes. */
  private table = false;
  private openUntil = -1;
  private peersUntil = -1;
  private vip = false;

  constructor(private readonly clock: HostClock) {}

  enforce(wish: FenceWish, now: number): void {
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
        this.stand(-1, wish.until - SLACK_MS, false);
        return;
      case 'open': {
        const end = wish.until - SLACK_MS;
        this.stand(end, end, wish.vip && end > this.clock.read(now));
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

  /** When the last permission to clients ends or ended, on the host's clock. */
  get end(): number {
    return this.openUntil;
  }

  /** When the last permission of any kind ends, on the host's clock. */
  get lastEnd(): number {
    return Math.max(this.openUntil, this.peersUntil);
  }

  hasOpenLease(now: number): boolean {
    return this.table && this.openUntil >= 0 && this.openUntil > this.clock.read(now);
  }

  hasVip(now: number): boolean {
    return this.vip && this.hasOpenLease(now);
  }

  admitsClients(now: number): boolean {
    return !this.table || this.hasOpenLease(now);
  }

  admitsPeers(now: number): boolean {
    return !this.table || this.lastEnd > this.clock.read(now);
  }

  describe(now: number): string {
    if (!this.table) return 'lifted';
    if (this.hasOpenLease(now)) return this.vip ? 'open+vip' : 'open';
    return this.admitsPeers(now) ? 'peers' : 'closed';
  }

  private stand(openUntil: number, peersUntil: number, vip: boolean): void {
    this.table = true;
    this.openUntil = openUntil;
    this.peersUntil = peersUntil;
    this.vip = vip;
  }
}
