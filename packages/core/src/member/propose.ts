import type { Command } from '../cluster/command.js';
import type { MemberSituation } from './plan.js';

/**
 * A proposal may be lost on its way; it is made again each heartbeat until the replicated state shows
 * that it was applied or has become pointless. Its guard makes the second one harmless.
 */
export function due(
  { member, now, timing }: Pick<MemberSituation, 'member' | 'now' | 'timing'>,
  type: Command['type'],
): boolean {
  const last = member.proposedAt[type];
  return last === undefined || now - last >= timing.heartbeat;
}
