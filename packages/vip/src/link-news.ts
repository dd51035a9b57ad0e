import { elapsed, type Instant } from '@mha4rdb/kernel';

/** What matters of an interface that carries a VIP. */
export interface LinkSight {
  /** The administrator wants it up. */
  readonly up: boolean;
  /** It has a carrier; of a bond: through at least one of its ports. */
  readonly carrier: boolean;
  readonly mac: string;
  /** Of a bond, the port that is in use; 0 otherwise. */
  readonly activePort: number;
}

/** A carrier that is back within this time was a renegotiation, not a loss. */
export const CARRIER_LOST_AFTER_MS = 500;

/**
 * Whether the neighbours must be told again where a VIP is (VIP checklist 18): the link came up, its
 * MAC is another one, a bond changed its port, or the kernel itself asks for it (a virtual machine
 * that was moved, a bond that failed over).
 */
export function mustAnnounceAgain(
  before: LinkSight | undefined,
  after: LinkSight,
  notifyPeers: boolean,
): boolean {
  if (!isUsable(after)) return false;
  return (
    notifyPeers ||
    before === undefined ||
    !isUsable(before) ||
    before.mac !== after.mac ||
    before.activePort !== after.activePort
  );
}

export function isUsable({ up, carrier }: LinkSight): boolean {
  return up && carrier;
}

/** Whether the link has been unusable for long enough to count as lost. */
export function isLost(unusableSince: Instant | null, now: Instant): boolean {
  return unusableSince !== null && elapsed(unusableSince, now) >= CARRIER_LOST_AFTER_MS;
}
