import { closedUnlessStandby } from './fence.js';
import type { MemberPlan, MemberSituation } from './plan.js';
import { plan } from './plan.js';

/**
 * An operator works on this member: its database is neither started nor stopped, attached, sealed,
 * wound back or copied. A standby that streams goes on with the upstream that it has. It gives no
 * evidence, since nobody knows what is done to it; commits that still count on it are only counted
 * where enough others sealed (protocol §6, "Evidence"), so that this costs no safety.
 *
 * Two things stay. What is under way runs to its end: a rewind that is cut short leaves no database.
 * And a server that takes writes is fenced and stopped: nobody in maintenance is the primary, and one
 * that was deposed a moment ago must not acknowledge anything more (protocol §10).
 */
export function planMaintenance({ member }: MemberSituation): MemberPlan {
  const { database } = member;
  const aside = {
    ...member,
    appointment: null,
    gate: null,
    handOver: null,
    rejoin: null,
    sealed: null,
    notReceivingSince: null,
    startingSince: null,
    silentSince: null,
  };
  if (database?.role === 'primary') {
    const reason = 'a member in maintenance takes no writes';
    return plan(aside, { kind: 'closed' }, { action: { kind: 'stop', mode: 'immediate', reason } });
  }
  return plan(aside, closedUnlessStandby(member));
}
