import { assertNever } from '@mha4rdb/kernel';
import { isRemoved, isUnadmitted, planRemoved, planUnadmitted } from './admission.js';
import { planAdoption } from './adopt.js';
import { isBehindPromise, planCatchUp } from './catch-up.js';
import { isInMaintenance } from '../cluster/state.js';
import { planMaintenance } from './maintenance.js';
import type { MemberPlan, MemberSituation } from './plan.js';
import { plan } from './plan.js';
import { planAppointment } from './promote.js';
import { planPrimary } from './primary.js';
import { planRetirement } from './retire.js';
import { planSealing } from './seal.js';
import { planFollowing } from './follow.js';
import { closedUnlessStandby } from './fence.js';
import type { MemberState } from './state.js';
import { planWork } from './work.js';
import { planRestored } from './rejoin.js';

/** What this member is to the cluster now, as far as it knows. */
export type Standing =
  | 'removed'
  | 'unadmitted'
  | 'catching-up'
  | 'maintenance'
  | 'waiting'
  | 'electing'
  | 'appointed'
  | 'primary'
  | 'heir'
  | 'retiring'
  | 'follower';

/**
 * Classifies the member's standing. Pure, so that the branch that lets a server take writes can be
 * tabulated. `heir`: the primary's agent in a later life than the one that was appointed.
 * `catching-up`: this life's state is older than what the disk promised. `retiring`: primary by the
 * replicated state, and never to open again in this epoch: fenced, or released on disk (every path to
 * being primary passes here, protocol §3). `maintenance`: taken aside by an operator; never the primary,
 * by the guards of `SetMaintenance` and `AppointPrimary`. `removed` and `unadmitted`: no member (any more, or yet).
 */
export function classifyStanding({
  cluster,
  member,
}: Pick<MemberSituation, 'cluster' | 'member'>): Standing {
  if (isRemoved({ cluster, member })) return 'removed';
  if (isUnadmitted({ cluster, member })) return 'unadmitted';
  if (isBehindPromise({ cluster, member })) return 'catching-up';
  if (isInMaintenance(cluster, member.me)) return 'maintenance';
  switch (cluster.phase) {
    case 'forming':
      return 'waiting';
    case 'electing':
      return 'electing';
    case 'appointed':
    case 'running':
      if (cluster.primary !== member.me) return 'follower';
      if (member.fenced?.epoch === cluster.epoch) return 'retiring';
      if (member.record.released?.epoch === cluster.epoch) return 'retiring';
      if (cluster.incarnation !== member.incarnation) return 'heir';
      return cluster.phase === 'appointed' ? 'appointed' : 'primary';
    default:
      return assertNever(cluster.phase, 'phase');
  }
}

/**
 * Compares what the cluster wants of this member with what is observed, and says the next step.
 * Level-triggered: asked again at every event, it gives the same answer for the same situation, so
 * that a crash at any line is continued by the next life.
 */
export function reconcile(observed: MemberSituation): MemberPlan {
  if (observed.member.database === null) return plan(observed.member, { kind: 'inherit' });
  const restored = planRestored(observed.member);
  if (restored !== null) return restored;
  const member: MemberState =
    observed.member.restored === null ? observed.member : { ...observed.member, restored: null };
  const situation = { ...observed, member };
  switch (classifyStanding(situation)) {
    case 'removed':
      return planRemoved(situation);
    case 'unadmitted':
      return planUnadmitted(situation);
    case 'catching-up':
      return planCatchUp(situation);
    case 'maintenance':
      return planMaintenance(situation);
    case 'waiting':
      return plan(member, closedUnlessStandby(member));
    case 'electing':
      return planSealing(situation);
    case 'appointed':
      return planAppointment(situation);
    case 'primary':
      return planPrimary(situation);
    case 'heir':
      return planAdoption(situation);
    case 'retiring':
      return planRetirement(situation, member.fenced?.reason ?? 'released before');
    case 'follower':
      return planWork(situation, planFollowing(situation));
  }
}
