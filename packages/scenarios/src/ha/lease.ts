import type { FenceWish } from '@mha4rdb/core';

/** What one host's kernel enforces. It runs on when the agent is gone, and ends by itself (protocol §5). */
export interface Lease {
  table: boolean;
  /** On the host's own clock. */
  openUntil: number;
  peersUntil: number;
  vip: boolean;
}

export function noLease(): Lease {
  return { table: false, openUntil: -1, peersUntil: -1, vip: false };
}

export function enforce(lease: Lease, wish: FenceWish): void {
  if (wish.kind === 'inherit') return;
  if (wish.kind === 'lifted') return void Object.assign(lease, noLease());
  lease.table = true;
  lease.openUntil = wish.kind === 'open' ? wish.until : -1;
  lease.peersUntil = wish.kind === 'open' || wish.kind === 'peers' ? wish.until : -1;
  lease.vip = wish.kind === 'open' && wish.vip;
}

export function isOpen(lease: Lease, now: number): boolean {
  return lease.table && lease.openUntil > now;
}

export function admitsPeers(lease: Lease, now: number): boolean {
  return !lease.table || lease.peersUntil > now;
}

export function leaseText(lease: Lease, now: number): string {
  if (!lease.table) return 'lifted';
  if (isOpen(lease, now)) return lease.vip ? 'open, with the VIP' : 'open';
  return admitsPeers(lease, now) ? 'peers only' : 'closed';
}
