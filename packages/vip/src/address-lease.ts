import { elapsed, type Instant } from '@mha4rdb/kernel';
import type { VipAddress } from './vip-address.js';

/**
 * The kernel removes an address this much after its `valid_lft` at the latest (measured: overshoot
 * up to 0.45 s; whole seconds only). Each start measures its own kernel, and takes the greater.
 */
export const ADDRESS_SLACK_MS = 450;
/** Kept above what was measured: a few samples do not meet the worst phase of the kernel's timer. */
const SLACK_RESERVE_MS = 100;

/**
 * The slack to plan with, from how late the kernel removed some addresses (`null`: it did not remove
 * one at all, so that lifetimes are worth nothing here).
 */
export function addressSlack(overshoots: readonly (number | null)[]): number {
  const late = overshoots.map((ms) => (ms === null ? Infinity : Math.ceil(ms) + SLACK_RESERVE_MS));
  return Math.max(ADDRESS_SLACK_MS, ...late);
}

/** A renewal this soon after the last one gains nothing that a whole second would show. */
export const RENEW_AFTER_MS = 200;

/** One address as the kernel shows it. */
export interface SeenAddress {
  readonly ip: string;
  readonly prefixLength: number;
  readonly interfaceName: string;
  /** Carries our mark. */
  readonly ours: boolean;
  /** Whole seconds until the kernel removes it; `null` for ever. */
  readonly validSeconds: number | null;
}

export type AddressStep =
  | { readonly kind: 'rest' }
  /** Add or renew. `validSeconds: null` leaves the end to us: then the port lease alone fences. */
  | { readonly kind: 'hold'; readonly validSeconds: number | null; readonly fresh: boolean }
  | { readonly kind: 'remove'; readonly address: SeenAddress }
  /** The address is there and is not ours; it is never touched. */
  | { readonly kind: 'refuse'; readonly holder: SeenAddress };

/**
 * The next step for one VIP, given every address of the host that has its IP.
 *
 * `until` is the end of the grant, `null` when the VIP is not to be held. The lifetime is the whole
 * seconds that fit before the end. Where none fits, an address that already runs out is left alone,
 * and a new one gets no lifetime: a grant of about a second (preset `fast`) is too short for it.
 *
 * Not guaranteed: a renewal that is delayed between this plan and the kernel lengthens the address
 * by the delay, and creates it anew if it was gone. The VIP is the broom; the port lease is the
 * fence (protocol §5).
 */
export function planAddress(
  vip: VipAddress,
  until: Instant | null,
  seen: readonly SeenAddress[],
  now: Instant,
  known: {
    /** When this process last gave it its lifetime; `null` when it did not. */
    readonly renewedAt: Instant | null;
    /** How late this kernel may remove an address (`addressSlack`). */
    readonly slackMs: number;
  } = { renewedAt: null, slackMs: ADDRESS_SLACK_MS },
): AddressStep {
  const { renewedAt, slackMs } = known;
  const isPlace = (address: SeenAddress): boolean =>
    address.interfaceName === vip.interfaceName && address.prefixLength === vip.prefixLength;
  const wanted = until !== null && now < until;
  const unwanted = seen.find((address) => address.ours && !(wanted && isPlace(address)));
  if (unwanted !== undefined) return { kind: 'remove', address: unwanted };
  if (!wanted) return { kind: 'rest' };
  const foreign = seen.find((address) => !address.ours);
  if (foreign !== undefined) return { kind: 'refuse', holder: foreign };

  const seconds = Math.floor((elapsed(now, until) - slackMs) / 1000);
  const held = seen[0];
  if (held === undefined) {
    return { kind: 'hold', validSeconds: seconds >= 1 ? seconds : null, fresh: true };
  }
  const renewed = renewedAt !== null && elapsed(renewedAt, now) < RENEW_AFTER_MS;
  if (seconds < 1 || (renewed && held.validSeconds === seconds)) return { kind: 'rest' };
  return { kind: 'hold', validSeconds: seconds, fresh: false };
}
