import { elapsed, type Instant } from '@mha4rdb/kernel';

/** RFC 5227 §2.4: whoever was defended against within this time is not answered again. */
export const DEFEND_EVERY_MS = 10_000;

/** What is remembered of foreign claims on one VIP. */
export interface Dispute {
  /** Claims heard so far from others. */
  readonly claims: number;
  readonly mac: string;
  readonly lastAt: Instant;
  readonly defendedAt: Instant | null;
}

/** What to do about a claim that was just heard. */
export interface Verdict {
  readonly dispute: Dispute;
  /** Say once more where the address is. */
  readonly defend: boolean;
  /** People are told: a new claimant, or one that came back after a while. */
  readonly alarm: boolean;
}

/**
 * A foreign claim of a VIP that this host holds under a grant: an alarm, and one announcement in
 * defence, at most every ten seconds (VIP checklist 22). More would be a fight that switches answer
 * by blocking the port; less would leave clients with the stranger. A claim heard while the VIP is
 * not held is its legitimate holder's.
 */
export function judgeClaim(
  before: Dispute | null,
  claim: { readonly mac: string; readonly own: string; readonly holding: boolean },
  now: Instant,
): Verdict | null {
  if (!claim.holding || claim.mac === claim.own) return null;
  const last = before?.defendedAt ?? null;
  const defend = last === null || elapsed(last, now) >= DEFEND_EVERY_MS;
  const known = before?.mac === claim.mac && elapsed(before.lastAt, now) < DEFEND_EVERY_MS;
  return {
    defend,
    alarm: !known,
    dispute: {
      claims: (before?.claims ?? 0) + 1,
      mac: claim.mac,
      lastAt: now,
      defendedAt: defend ? now : last,
    },
  };
}
