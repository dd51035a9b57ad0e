import { hasWork } from '../cluster/apply-work.js';
import { countedStandbys, memberOf } from '../cluster/state.js';
import { wantedUnder } from '../quorum/durability.js';
import type { MemberPlan, MemberSituation } from './plan.js';
import { due } from './propose.js';
import { planRejoin, WAITS_TO_BE_COPIED } from './rejoin.js';

/** Failures of a copy in a row after which the order is given up; the old directory is still there. */
const COPY_TRIES = 3;

/**
 * An operator's order to this standby: to restart its server, or to copy its data anew. Laid over what
 * it would do anyway: it begins from a standby at rest, and is over when it streams again. What is done
 * is remembered by this life only: a life that ends in between does it again, which is harmless.
 */
export function planWork(situation: MemberSituation, usual: MemberPlan): MemberPlan {
  const { cluster, member } = situation;
  const { me, worked, database } = member;
  if (cluster.phase !== 'running' || database === null) return usual;
  const reinit = memberOf(cluster, me)?.reinit ?? null;
  const restart = cluster.restart?.members[0] === me ? cluster.restart.operation : null;
  const operation = reinit ?? restart;
  if (operation === null) return usual;
  if (worked?.operation === operation) return finish(situation, usual, worked);
  if (reinit !== null) return planCopy(situation, usual, operation);
  // Stopped already: the start that follows is the restart.
  if (database.process === 'stopped') return withWorked(usual, { operation, problem: null });
  if (usual.action !== null || usual.record !== null || !mayStop(situation)) return usual;
  const reason = 'an operator ordered its restart';
  return { ...usual, action: { kind: 'stop', mode: 'fast', reason, operation } };
}

type Worked = NonNullable<MemberSituation['member']['worked']>;

/** A copy that fails again and again is given up: the old directory is as it was, and follows on. */
function planCopy(situation: MemberSituation, usual: MemberPlan, operation: string): MemberPlan {
  const { cluster, member } = situation;
  const { rejoin, failure, me } = member;
  if (!isReplaceable(situation)) return usual;
  // The rule may be unable to let go of it: then commits wait for this server, which must go on.
  if (cluster.confirmed?.rule.standbys.includes(me) === true) {
    return { ...usual, trouble: usual.trouble ?? WAITS_TO_BE_COPIED };
  }
  if ((rejoin?.failures ?? 0) < COPY_TRIES) return planRejoin(situation, 'clone');
  const problem = failure ?? 'it could not be copied';
  const given = withWorked(usual, { operation, problem });
  return { ...given, action: null, member: { ...given.member, rejoin: null } };
}

/**
 * A directory that is not the cluster's is never touched, whatever was ordered; and a server that takes
 * writes ends at once, like that of every deposed primary, before it is thought of as a copy.
 */
function isReplaceable({ cluster, member: { database } }: MemberSituation): boolean {
  if (database === null || database.role === 'primary') return false;
  const { directory } = database;
  if (directory.kind === 'foreign') return false;
  const isOther = directory.kind === 'present' && directory.systemId !== cluster.systemId;
  return cluster.systemId === null || !isOther;
}

/** Told until it is known; well only when it streams. */
function finish(situation: MemberSituation, usual: MemberPlan, worked: Worked): MemberPlan {
  const { database, me } = situation.member;
  const streams = database?.role === 'standby' && database.receiving === true;
  if (worked.problem === null && !(streams && usual.action === null)) return usual;
  if (!due(situation, 'EndWork')) return usual;
  const end = { type: 'EndWork', member: me, ...worked } as const;
  return { ...usual, proposals: [...usual.proposals, end] };
}

function withWorked(plan: MemberPlan, worked: Worked): MemberPlan {
  return { ...plan, member: { ...plan.member, worked } };
}

/**
 * Where others could hold what commits want, they do so first, and nobody waits for this server. Where
 * they cannot, as with two, commits wait while it is away.
 */
function mayStop({ cluster, member }: MemberSituation): boolean {
  const counts = cluster.confirmed?.rule.standbys.includes(member.me) === true;
  const others = countedStandbys(cluster, cluster.primary).filter(
    ({ id }) => id !== member.me && !hasWork(cluster, id),
  );
  return !counts || others.length < wantedUnder(cluster, cluster.primary);
}
