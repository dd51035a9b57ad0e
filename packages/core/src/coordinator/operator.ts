import type { NodeId } from '@mha4rdb/kernel';
import type { Command } from '../cluster/command.js';
import { isAdmitted } from '../cluster/identity.js';
import { hasWork } from '../cluster/apply-work.js';
import { objectionToMaintenance } from '../cluster/apply-maintenance.js';
import { dataMembers, isInMaintenance, memberOf } from '../cluster/state.js';
import type { OperatorRequest } from '../node/event.js';
import { compareIds } from '../quorum/rule.js';
import type { Situation } from './decide.js';
import { beginElection, freshReport } from './decide.js';
import { classifySettings } from './operator-settings.js';
import { classifyReinit, classifyRestart } from './operator-work.js';
import { classifyCancel, classifySchedule } from './scheduled.js';
import { classifyAddition, classifyChange, classifyRemoval } from './operator-membership.js';

/** What becomes of a request at once: a command to commit, done already, or refused with the reason. */
export type OperatorVerdict =
  | { readonly kind: 'propose'; readonly command: Command }
  | { readonly kind: 'done'; readonly detail: string }
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly reason: string;
      readonly remedy: string;
    };

/** Turns an operator's request into a command, or says why it cannot be. Refused: nothing changed. */
export function classifyRequest(situation: Situation, request: OperatorRequest): OperatorVerdict {
  switch (request.kind) {
    case 'pause':
    case 'resume':
      return classifyPause(situation, request.id, request.kind === 'pause');
    case 'switchover':
      return classifySwitchover(situation, request.id, request.to);
    case 'scheduleSwitchover':
      return classifySchedule(situation, request);
    case 'cancelSwitchover':
      return classifyCancel(situation);
    case 'failover':
      return classifyFailover(situation, request);
    case 'maintenance':
      return classifyMaintenance(situation, request);
    case 'settings':
      return classifySettings(situation, request);
    case 'restart':
      return classifyRestart(situation, request);
    case 'reinit':
      return classifyReinit(situation, request);
    case 'addMember':
      return classifyAddition(situation, request);
    case 'removeMember':
      return classifyRemoval(situation, request);
    case 'changeMember':
      return classifyChange(situation, request);
  }
}

function classifyPause(situation: Situation, operation: string, paused: boolean): OperatorVerdict {
  if (situation.state.paused === paused) {
    return { kind: 'done', detail: paused ? 'already paused' : 'not paused' };
  }
  return { kind: 'propose', command: { type: 'SetPaused', operation, paused, at: situation.wall } };
}

function classifyMaintenance(
  { state, wall }: Situation,
  { id, member, on }: Extract<OperatorRequest, { kind: 'maintenance' }>,
): OperatorVerdict {
  if (memberOf(state, member) !== undefined && isInMaintenance(state, member) === on) {
    return { kind: 'done', detail: `${member} is ${on ? '' : 'not '}in maintenance` };
  }
  const objection = objectionToMaintenance(state, member);
  if (objection !== null && (on || objection.code === 'unknown-member')) {
    return { kind: 'refused', ...objection };
  }
  return {
    kind: 'propose',
    command: { type: 'SetMaintenance', operation: id, member, on, at: wall },
  };
}

export function classifySwitchover(
  situation: Situation,
  id: string,
  to: NodeId | null,
): OperatorVerdict {
  const { state, wall } = situation;
  if (state.phase !== 'running' || state.primary === null) {
    return refuse(
      'no-primary',
      `no primary is in service (phase ${state.phase})`,
      'wait until `mhactl status` shows one, or see `mhactl explain`',
    );
  }
  if (to !== null && to === state.primary) {
    return { kind: 'done', detail: `${to} is the primary already` };
  }
  if (state.switchover !== null) {
    return refuse('busy', 'another switchover is under way', 'wait for its end');
  }
  const candidate = to ?? bestStandby(situation);
  if (candidate === null) {
    return refuse(
      'no-candidate',
      'no standby streams from the primary',
      'see `mhactl status` for what the standbys lack',
    );
  }
  const objection = objectionTo(situation, candidate);
  if (objection !== null) {
    return refuse('not-a-candidate', objection, 'choose another member, or wait until it streams');
  }
  return {
    kind: 'propose',
    command: { type: 'StartSwitchover', id, epoch: state.epoch, to: candidate, at: wall },
  };
}

function classifyFailover(
  situation: Situation,
  request: Extract<OperatorRequest, { kind: 'failover' }>,
): OperatorVerdict {
  const { state, wall } = situation;
  const { id, to, allowDataLoss, reason } = request;
  if (to !== null && memberOf(state, to)?.role !== 'data') {
    return refuse('not-a-candidate', `${to} is not a data member`, 'see `mhactl status`');
  }
  if (to !== null && isInMaintenance(state, to)) {
    return refuse(
      'not-a-candidate',
      `${to} is in maintenance`,
      `end it first: \`mhactl maintenance off ${to}\``,
    );
  }
  const override = allowDataLoss ? { operation: id, to, reason } : null;
  if (override === null && to !== null && memberOf(state, to)?.noFailover === true) {
    return refuse(
      'not-a-candidate',
      `${to} has noFailover: it is kept from taking over`,
      `\`mhactl member set ${to} --failover yes\` lifts that`,
    );
  }
  if (state.phase === 'forming') {
    return refuse('forming', 'the cluster is not formed yet', 'see `mhactl explain`');
  }
  if (state.phase === 'electing') {
    if (override === null || state.election === null) {
      return refuse(
        'electing',
        'an election is under way already',
        'see `mhactl explain` for what it lacks; --allow-data-loss --reason TEXT accepts the loss of what is missing',
      );
    }
    return {
      kind: 'propose',
      command: { type: 'AllowLoss', electionIndex: state.election.index, override, at: wall },
    };
  }
  return {
    kind: 'propose',
    command: beginElection(situation, {
      cause: 'operator',
      operation: id,
      preferred: to,
      override,
    }),
  };
}

/** Why a member cannot take over in order; null when it can. */
export function objectionTo(situation: Situation, id: NodeId): string | null {
  const { state } = situation;
  const member = memberOf(state, id);
  if (member?.role !== 'data') return `${id} is not a data member`;
  if (member.standing !== undefined) return `${id} is ${member.standing}`;
  if (member.noFailover === true) return `${id} has noFailover: it is kept from taking over`;
  if (member.maintenance === true) return `${id} is in maintenance`;
  if (hasWork(state, id)) return `${id} is being restarted or copied anew by order`;
  const report = freshReport(situation, id);
  if (report === null) return `${id} is not within reach`;
  if (!isAdmitted(state, id, report.life)) return `${id} is not admitted yet`;
  if (report.trouble !== null) return `${id}: ${report.trouble}`;
  if (report.declines !== undefined) return `${id}: its prePromote hook refused`;
  if (report.database?.role !== 'standby')
    return `the database of ${id} does not answer as a standby`;
  const primary = state.primary === null ? null : freshReport(situation, state.primary);
  const streams = primary?.database?.standbys?.some(
    (standby) => standby.node === id && standby.state === 'streaming',
  );
  return streams === true ? null : `${id} does not stream from ${state.primary ?? 'the primary'}`;
}

/** The standby that can take over in order and suits; by priority, then id. */
export function bestStandby(
  situation: Situation,
  suits: (id: NodeId) => boolean = () => true,
): NodeId | null {
  const { state } = situation;
  const able = dataMembers(state).filter(
    ({ id }) => id !== state.primary && objectionTo(situation, id) === null && suits(id),
  );
  able.sort((a, b) => b.priority - a.priority || compareIds(a.id, b.id));
  return able[0]?.id ?? null;
}

export function refuse(
  code: string,
  reason: string,
  remedy: string,
): Extract<OperatorVerdict, { kind: 'refused' }> {
  return { kind: 'refused', code, reason, remedy };
}
