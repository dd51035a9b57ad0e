import type { FenceWish } from './action.js';
import type { MemberState } from './state.js';

/**
 * The port lease stands only where a database is or may still be primary: a proven standby lifts it
 * (protocol §5), and where there is no database there is nothing to fence.
 */
export function closedUnlessStandby(member: MemberState): FenceWish {
  const { database } = member;
  if (database === null) return { kind: 'inherit' };
  if (database.role === 'standby') return { kind: 'lifted' };
  const { kind } = database.directory;
  return { kind: kind === 'absent' || kind === 'empty' ? 'lifted' : 'closed' };
}

/** A member that must have a watchdog and has none opens to nobody. */
export function lacksWatchdog({ host: { watchdog } }: MemberState): boolean {
  return watchdog?.required === true && watchdog.state === 'failed';
}

/** The kernel lets nobody in, and the address is gone, as last looked at. */
export function isFenced(member: MemberState): boolean {
  const { open, vip, vipUnsure } = member.host;
  return !open && !vip && vipUnsure !== true;
}
