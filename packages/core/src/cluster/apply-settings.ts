import { endRestart, handOverOf } from './apply-work.js';
import { changed, refused, type Applied, type Place } from './applied.js';
import type { CancelSwitchover, SetDurability, SetPaused, StartSwitchover } from './command.js';
import { eventId, failedBecause, withEvent, withUpdatedEvent } from './history.js';
import { isInMaintenance, memberOf, strangerIn, type ClusterState } from './state.js';

/**
 * Guard: running, epoch, incarnation, and `ver` (compare and set): a late one of an older epoch, or
 * the second of two that were outstanding, changes nothing (protocol §11).
 */
export function setDurability(state: ClusterState, command: SetDurability, place: Place): Applied {
  const confirmed = state.confirmed;
  if (state.phase !== 'running' || confirmed === null) {
    return refused(state, `no rule to change in phase ${state.phase}`);
  }
  if (command.epoch !== state.epoch || command.incarnation !== state.incarnation) {
    return refused(state, 'another epoch or incarnation is primary');
  }
  if (command.ver !== confirmed.ver) {
    return refused(state, `version ${command.ver} is not the current ${confirmed.ver}`);
  }
  if (command.rule.standbys.includes(confirmed.primary)) {
    return refused(state, 'a rule never contains the primary itself');
  }
  const stranger = strangerIn(state, command.rule);
  if (stranger !== null) return refused(state, `${stranger} is not a data member`);
  const set: ClusterState = {
    ...state,
    confirmed: { ...confirmed, rule: command.rule, ver: confirmed.ver + 1 },
  };
  return changed(
    withEvent(set, {
      id: eventId(null, place.index),
      index: place.index,
      at: command.at,
      kind: 'durability',
      from: confirmed.primary,
      to: confirmed.primary,
      epoch: state.epoch,
      trigger: command.reason,
      initiator: confirmed.primary,
      result: 'done',
      detail:
        command.rule.acks === 0
          ? 'commits wait for no standby'
          : `commits wait for ${command.rule.acks} of ${command.rule.standbys.join(', ')}`,
    }),
  );
}

/**
 * Guard: running, epoch, no other one under way, and a data member that is not the primary. One that
 * was scheduled is taken off the list by the same command: it begins once, whoever coordinates.
 */
export function startSwitchover(
  state: ClusterState,
  command: StartSwitchover,
  place: Place,
): Applied {
  if (state.phase !== 'running' || state.primary === null) {
    return refused(state, `no primary to switch from in phase ${state.phase}`);
  }
  if (command.epoch !== state.epoch) return refused(state, 'the primary has changed meanwhile');
  if (state.switchover !== null) return refused(state, 'another switchover is under way');
  const inPlace = isRestartInPlace(state, command);
  if ((command.to === state.primary && !inPlace) || memberOf(state, command.to)?.role !== 'data') {
    return refused(state, `${command.to} is not a standby`);
  }
  if (memberOf(state, command.to)?.standing !== undefined) {
    return refused(state, `${command.to} is no full member`);
  }
  if (isInMaintenance(state, command.to)) {
    return refused(state, `${command.to} is in maintenance`);
  }
  const { scheduled } = command;
  if (scheduled !== undefined && state.scheduled?.id !== scheduled) {
    return refused(state, 'that switchover is not scheduled');
  }
  const begun =
    scheduled === undefined
      ? state
      : withUpdatedEvent(
          { ...state, scheduled: null },
          (event) => event.id === scheduled,
          (event) => ({ ...event, result: 'done', detail: `began as ${command.id}` }),
        );
  const started: ClusterState = {
    ...begun,
    switchover: { id: command.id, from: state.primary, to: command.to },
  };
  return changed(
    withEvent(started, {
      id: command.id,
      index: place.index,
      at: command.at,
      kind: inPlace ? 'restart' : 'switchover',
      from: state.primary,
      to: command.to,
      epoch: state.epoch,
      trigger: command.reason ?? 'operator',
      initiator: command.reason === undefined ? 'operator' : state.primary,
    }),
  );
}

/** The primary is asked to hand over to itself: it stops in order, and is appointed again. */
function isRestartInPlace(
  { restart, primary }: ClusterState,
  { id, to }: StartSwitchover,
): boolean {
  return restart?.inPlace === true && to === primary && id === handOverOf(restart);
}

/** Guard: that switchover is under way and nothing was released. Keeps the epoch. */
export function cancelSwitchover(state: ClusterState, command: CancelSwitchover): Applied {
  if (state.switchover?.id !== command.id)
    return refused(state, 'that switchover is not under way');
  const isOfRestart = state.restart != null && command.id === handOverOf(state.restart);
  const rest = isOfRestart ? endRestart(state, command.reason) : state;
  const cancelled = { ...rest, switchover: null };
  return changed(
    withUpdatedEvent(
      cancelled,
      (event) => event.id === command.id,
      (event) => ({ ...event, result: failedBecause(`cancelled: ${command.reason}`) }),
    ),
  );
}

export function setPaused(state: ClusterState, command: SetPaused, place: Place): Applied {
  if (state.paused === command.paused) return refused(state, 'already so');
  return changed(
    withEvent(
      { ...state, paused: command.paused },
      {
        id: command.operation,
        index: place.index,
        at: command.at,
        kind: command.paused ? 'pause' : 'resume',
        from: state.primary,
        to: state.primary,
        epoch: state.epoch,
        trigger: 'operator',
        initiator: 'operator',
        result: 'done',
      },
    ),
  );
}
