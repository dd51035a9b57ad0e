import { isAdmitted } from '../cluster/identity.js';
import { removedOf } from '../cluster/state.js';
import { planCatchUp } from './catch-up.js';
import type { MemberPlan, MemberSituation } from './plan.js';
import { plan } from './plan.js';

type Facts = Pick<MemberSituation, 'cluster' | 'member'>;

/** The cluster removed this member, by its own log or by the word of a peer. For ever. */
export function isRemoved({ cluster, member }: Facts): boolean {
  return member.retired !== null || removedOf(cluster, member.me) !== undefined;
}

/**
 * This life is not on the list (as far as this node has applied it): it came with an empty Raft
 * directory and does not know what its former life promised. The entry that admits it stands in the log
 * after everything that the former life acted upon, so that from its apply on the replicated state
 * says it all: it needs no promise from before.
 */
export function isUnadmitted({ cluster, member }: Facts): boolean {
  return !isAdmitted(cluster, member.me, member.life);
}

/**
 * Nothing is started, attached or promoted, nothing is sealed or reported as evidence. A standby that
 * streams goes on: its data counts whoever watches it, and a live source is never cut outside an
 * election. A primary that runs is treated as one beside an agent whose state is old: left under the
 * kernel's leases for as long as a former grant can last, then stopped.
 */
export function planUnadmitted(situation: MemberSituation): MemberPlan {
  return {
    ...planCatchUp(situation),
    trouble: 'takes no part until the cluster admits this Raft directory',
  };
}

/** Fenced, and its database stopped: others may have gone on without it long ago. */
export function planRemoved({ cluster, member }: MemberSituation): MemberPlan {
  const index = member.retired ?? removedOf(cluster, member.me)?.index ?? 0;
  const trouble =
    `was removed from the cluster (entry ${index}) and stays fenced; ` +
    'to use the host again, give it a new id and an empty dataDir, and add that';
  const stays = {
    ...member,
    appointment: null,
    gate: null,
    handOver: null,
    rejoin: null,
    sealed: null,
  };
  const closed = { kind: 'closed' } as const;
  const { database } = member;
  const runs = database !== null && database.process !== 'stopped';
  // A standby has nothing to protect and may stop in order; whoever may take writes stops at once.
  const mode = database?.role === 'standby' ? 'fast' : 'immediate';
  const reason = 'this member was removed from the cluster';
  const action = runs ? ({ kind: 'stop', mode, reason } as const) : null;
  return plan(stays, closed, { action, trouble });
}
