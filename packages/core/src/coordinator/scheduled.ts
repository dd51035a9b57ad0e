import type { Command } from '../cluster/command.js';
import { memberOf } from '../cluster/state.js';
import type { OperatorRequest } from '../node/event.js';
import type { Situation } from './decide.js';
import { classifySwitchover, refuse, type OperatorVerdict } from './operator.js';

/** How long after its time a scheduled switchover is still tried; later it would surprise people. */
export const SCHEDULE_GRACE_MS = 60_000;

/** The furthest time that a switchover may be scheduled for. */
export const SCHEDULE_AHEAD_MS = 366 * 24 * 3_600_000;

/** A switchover for later: whether it can be done then is asked then. */
export function classifySchedule(
  { state, wall }: Situation,
  { id, to, due }: Extract<OperatorRequest, { kind: 'scheduleSwitchover' }>,
): OperatorVerdict {
  if (state.phase === 'forming') {
    return refuse('forming', 'the cluster is not formed yet', 'see `mhactl explain`');
  }
  if (state.scheduled != null) {
    const { id: other } = state.scheduled;
    return refuse(
      'busy',
      `switchover ${other} is scheduled already`,
      '`mhactl switchover --cancel` first',
    );
  }
  if (due < wall || due > wall + SCHEDULE_AHEAD_MS) {
    const reason = `the time is ${due < wall ? 'past' : 'more than a year ahead'} by the coordinator's clock`;
    return refuse('bad-time', reason, 'give a later time, or leave --at out to switch over now');
  }
  const member = to === null ? null : memberOf(state, to);
  if (member !== null && member?.role !== 'data') {
    return refuse('not-a-candidate', `${to} is not a data member`, 'see `mhactl status`');
  }
  if (member?.noFailover === true) {
    return refuse(
      'not-a-candidate',
      `${to} has noFailover: it is kept from taking over`,
      `\`mhactl member set ${to} --failover yes\` lifts that`,
    );
  }
  return {
    kind: 'propose',
    command: { type: 'ScheduleSwitchover', id, to, due, at: wall },
  };
}

/** Withdraws what is scheduled, or what is under way and not yet released; done when there is neither. */
export function classifyCancel({ state }: Situation): OperatorVerdict {
  const reason = 'an operator cancelled it';
  if (state.switchover !== null) {
    return {
      kind: 'propose',
      command: { type: 'CancelSwitchover', id: state.switchover.id, reason },
    };
  }
  if (state.scheduled != null) {
    return { kind: 'propose', command: end(state.scheduled.id, reason) };
  }
  return { kind: 'done', detail: 'no switchover is under way or scheduled' };
}

/**
 * What the coordinator does about a scheduled switchover in a running cluster. By its wall clock, since
 * people named a time of day; nothing that must be safe depends on it. Replicated, so that whoever
 * coordinates then does it; begun and taken off the list by one command, so that it happens once.
 */
export function decideScheduled(situation: Situation): Command | null {
  const { state, wall } = situation;
  const { scheduled } = state;
  if (scheduled == null || wall < scheduled.due || state.switchover !== null) return null;
  const { id, to, due } = scheduled;
  const late = wall - due > SCHEDULE_GRACE_MS;
  if (late) return end(id, 'nobody could begin it at its time');
  if (state.paused) return end(id, 'the cluster was paused at its time');
  const verdict = classifySwitchover(situation, `${id}-run`, to);
  switch (verdict.kind) {
    case 'propose':
      return verdict.command.type === 'StartSwitchover'
        ? { ...verdict.command, scheduled: id }
        : null;
    case 'done':
      return { type: 'EndSchedule', id, failure: null, detail: verdict.detail };
    case 'refused':
      return end(id, verdict.reason);
  }
}

function end(id: string, failure: string): Command {
  return { type: 'EndSchedule', id, failure, detail: '' };
}
