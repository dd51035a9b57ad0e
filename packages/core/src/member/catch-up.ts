import { outlivesInheritance } from './adopt.js';
import { closedUnlessStandby } from './fence.js';
import type { MemberPlan, MemberSituation } from './plan.js';
import { plan } from './plan.js';

/**
 * Is the replicated state older than what this member has promised? After a start it is the last
 * snapshot's, or the founding one, until the log is applied again: it may name a primary of the past.
 */
export function isBehindPromise({
  cluster,
  member,
}: Pick<MemberSituation, 'cluster' | 'member'>): boolean {
  return member.record.promise > Math.max(cluster.epoch, cluster.election?.index ?? 0);
}

/**
 * Until the state has caught up nothing is started, attached or promoted (protocol §3), and a primary
 * that runs beside this life is left as it is, for as long as its former grant can last at most: it
 * is perhaps the primary of the epoch that was promised.
 */
export function planCatchUp(situation: MemberSituation): MemberPlan {
  const { member } = situation;
  const role = member.database?.role;
  if (role !== 'primary' && role !== 'silent') return plan(member, closedUnlessStandby(member));
  if (!outlivesInheritance(situation)) return plan(member, { kind: 'inherit' });
  const reason = 'the cluster was not heard of in time';
  return plan(member, { kind: 'closed' }, { action: { kind: 'stop', mode: 'immediate', reason } });
}
