import type { Epoch, Instant } from '@mha4rdb/kernel';
import { addDuration } from '@mha4rdb/kernel';
import type { KeepGrant, RenewGrant } from '../cluster/command.js';
import type { Timing } from './timing.js';

/** A grant as its holder counts it: from the moment when it SENT the renewal (protocol §4). */
export interface HeldGrant {
  readonly epoch: Epoch;
  readonly end: Instant;
}

/**
 * The grant after a renewal of this very incarnation was applied. Counting from the receipt instead
 * is unsound whatever the wait (reference A2.6: the answer is late, then the lease starts).
 */
export function afterRenewal(
  held: HeldGrant | null,
  renewal: RenewGrant | KeepGrant,
  grantMs: number,
): HeldGrant {
  const length = renewal.type === 'KeepGrant' ? renewal.maxMs : grantMs;
  const end = addDuration(renewal.sendStamp, length);
  if (held?.epoch !== renewal.epoch) return { epoch: renewal.epoch, end };
  return { epoch: held.epoch, end: end > held.end ? end : held.end };
}

/** `valid`: act; `fencing`: stop now, to be done at the end; `over`: must be done already. */
export type GrantPhase = 'none' | 'valid' | 'fencing' | 'over';

export function classifyGrant(
  held: HeldGrant | null,
  epoch: Epoch,
  now: Instant,
  timing: Pick<Timing, 'margin'>,
): GrantPhase {
  if (held === null || held.epoch !== epoch) return 'none';
  if (now >= held.end) return 'over';
  return now >= held.end - timing.margin ? 'fencing' : 'valid';
}
