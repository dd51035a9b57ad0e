import type { Command } from '../cluster/command.js';
import { due } from './propose.js';
import type { MemberPlan, MemberSituation } from './plan.js';
import { plan } from './plan.js';
import { planRetirement } from './retire.js';

/**
 * A later life of the primary's agent. Beside a running primary it keeps the database's own rule and
 * the kernel's leases as they are, and takes over by a committed `Adopt`; only then does it converge
 * (re-asserting the committed rule would be wrong while a stronger one is in flight, protocol §6).
 * It does not know the former life's grant, so that it gives itself no longer than one would last.
 */
export function planAdoption(situation: MemberSituation): MemberPlan {
  const { cluster, member } = situation;
  const { database } = member;
  if (database === null) return plan(member, { kind: 'inherit' });
  const runs =
    database.process === 'running' &&
    (database.role === 'primary' || database.role === 'silent') &&
    (database.position === undefined || database.position.epoch === cluster.epoch);
  if (cluster.phase !== 'running' || !runs) {
    return planDeadHeir(
      situation,
      cluster.phase !== 'running' || database.role === 'primary'
        ? 'the appointment was not finished'
        : 'the database does not run as the primary',
    );
  }
  if (outlivesInheritance(situation)) {
    return planRetirement(situation, 'the cluster did not answer the adoption in time');
  }
  const heir = { ...member, heirOf: cluster.epoch };
  return plan(heir, { kind: 'inherit' }, { proposals: adoption(situation) });
}

/** The former life's grant is not known here; it cannot last longer than one that began with this life. */
export function outlivesInheritance({ member, now, timing }: MemberSituation): boolean {
  return now - member.startedAt >= timing.grant - timing.margin;
}

/** Nothing to take over: adopt all the same, so that this life may release the epoch at once. */
function planDeadHeir(situation: MemberSituation, reason: string): MemberPlan {
  const { member } = situation;
  const proposals = situation.cluster.phase === 'running' ? adoption(situation) : [];
  const stopped = member.database?.process === 'stopped';
  return plan(
    member,
    { kind: 'closed' },
    {
      proposals,
      action: stopped ? null : { kind: 'stop', mode: 'immediate', reason },
    },
  );
}

function adoption(situation: MemberSituation): readonly Command[] {
  const { cluster, member } = situation;
  if (!due(situation, 'Adopt') || member.incarnation <= cluster.incarnation) return [];
  return [
    { type: 'Adopt', epoch: cluster.epoch, member: member.me, incarnation: member.incarnation },
  ];
}
