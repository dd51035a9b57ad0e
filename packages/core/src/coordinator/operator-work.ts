import type { NodeId } from '@mha4rdb/kernel';
import { hasWork } from '../cluster/apply-work.js';
import { countedStandbys, dataMembers, isInMaintenance, memberOf } from '../cluster/state.js';
import type { OperatorRequest } from '../node/event.js';
import { wantedUnder } from '../quorum/durability.js';
import { compareIds } from '../quorum/rule.js';
import type { Situation } from './decide.js';
import { freshReport } from './decide.js';
import { bestStandby, refuse, type OperatorVerdict } from './operator.js';

type Refusal = Extract<OperatorVerdict, { kind: 'refused' }>;

/** Servers that shall be restarted, one after the other: standbys first, the primary last. */
export function classifyRestart(
  situation: Situation,
  { id, members, inPlace }: Extract<OperatorRequest, { kind: 'restart' }>,
): OperatorVerdict {
  const { state, wall } = situation;
  if (state.restart != null) {
    return refuse('busy', 'another restart is under way', 'wait for its end (`mhactl history`)');
  }
  const named = members ?? everybody(situation);
  for (const member of named) {
    const refusal = refusalFor(situation, member);
    if (refusal !== null) return refusal;
  }
  const withPrimary = state.primary !== null && named.includes(state.primary);
  if (withPrimary && !inPlace && bestStandby(situation) === null) {
    return refuse(
      'no-candidate',
      `no standby could take over while ${state.primary} restarts`,
      'see `mhactl status` for what the standbys lack, or accept the interruption: --in-place',
    );
  }
  const order = [...named].sort(
    (a, b) => Number(a === state.primary) - Number(b === state.primary) || compareIds(a, b),
  );
  return {
    kind: 'propose',
    command: { type: 'StartRestart', operation: id, members: order, inPlace, at: wall },
  };
}

/** A standby whose data shall be copied anew from the primary. */
export function classifyReinit(
  situation: Situation,
  { id, member }: Extract<OperatorRequest, { kind: 'reinit' }>,
): OperatorVerdict {
  const { state, wall } = situation;
  const refusal = refusalFor(situation, member);
  if (refusal !== null) return refusal;
  if (member === state.primary) {
    return refuse(
      'is-primary',
      `${member} is the primary: there is nobody to copy its data from`,
      'hand over first: `mhactl switchover`',
    );
  }
  if (!state.settings.durability.degrade && !isSpare(situation, member)) {
    return refuse(
      'counted',
      `commits count on ${member}, too few others are there, and durability.degrade is off`,
      'bring another standby back first; while commits count on it, its data must not go backwards',
    );
  }
  return {
    kind: 'propose',
    command: { type: 'StartReinit', operation: id, member, at: wall },
  };
}

function everybody({ state }: Situation): readonly NodeId[] {
  return dataMembers(state)
    .filter(({ standing, maintenance }) => standing === undefined && maintenance === undefined)
    .map(({ id }) => id);
}

function refusalFor(situation: Situation, id: NodeId): Refusal | null {
  const { state } = situation;
  const member = memberOf(state, id);
  if (member === undefined) {
    return refuse('unknown-member', `${id} is no member`, 'see `mhactl member list`');
  }
  if (member.role === 'arbiter') {
    return refuse('no-database', `${id} is an arbiter: it has no database`, 'name a data member');
  }
  if (state.phase !== 'running' || state.primary === null || state.switchover !== null) {
    return refuse(
      'no-primary',
      state.switchover === null ? 'no primary is in service' : 'a switchover is under way',
      'wait until `mhactl status` shows a primary in service',
    );
  }
  if (isInMaintenance(state, id)) {
    return refuse(
      'in-maintenance',
      `${id} is in maintenance: its database is left alone`,
      `restart it by hand, or end that first: \`mhactl maintenance off ${id}\``,
    );
  }
  if (hasWork(state, id)) {
    return refuse('busy', `another order to ${id} is under way`, 'wait for its end');
  }
  if (freshReport(situation, id) === null) {
    return refuse('unreachable', `${id} is not within reach`, 'bring its agent back first');
  }
  return null;
}

/** Are the others, as far as they stream, as many as commits want? */
function isSpare({ state, reports }: Situation, id: NodeId): boolean {
  const primary = state.primary;
  const seen = primary === null ? [] : (reports[primary]?.report.database?.standbys ?? []);
  const others = countedStandbys(state, primary).filter(
    (one) =>
      one.id !== id && seen.some((view) => view.node === one.id && view.state === 'streaming'),
  );
  return others.length >= wantedUnder(state, primary);
}

/** Why the member that an order waits for cannot restart now; null while it may yet. */
export function restartEnds(
  situation: Situation,
  limitMs: number,
): { readonly member: NodeId; readonly problem: string } | null {
  const { state, view, now } = situation;
  const member = state.restart?.members[0];
  if (member === undefined) return null;
  if (memberOf(state, member) === undefined) return { member, problem: 'it is no member any more' };
  if (isInMaintenance(state, member)) return { member, problem: 'it was taken aside' };
  if (now - (view.workSince ?? now) < limitMs) return null;
  return { member, problem: `it has not come back within ${limitMs / 1000} s` };
}
