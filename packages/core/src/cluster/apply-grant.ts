import { changed, refused, type Applied, type Place } from './applied.js';
import { noteOpened, noteReleased } from './apply-work.js';
import type { Adopt, KeepGrant, RecordOpened, ReleaseGrant, RenewGrant } from './command.js';
import type { ClusterEvent } from './event.js';
import { eventId, failedBecause, isTransition, withEvent, withUpdatedEvent } from './history.js';
import type { ClusterState } from './state.js';

/**
 * Guard: appointed or running, epoch, holder and incarnation equal. One that comes late, after the
 * epoch was ended, is refused and does not extend the holder's end (protocol §7).
 */
export function renewGrant(state: ClusterState, command: RenewGrant | KeepGrant): Applied {
  if (state.phase !== 'running' && state.phase !== 'appointed') {
    return refused(state, `no grant in phase ${state.phase}`);
  }
  if (
    command.epoch !== state.epoch ||
    command.holder !== state.primary ||
    command.incarnation !== state.incarnation
  ) {
    return refused(state, 'another epoch, holder or incarnation');
  }
  const length = command.type === 'KeepGrant' ? command.maxMs : state.grantMs;
  const before = state.granted?.epoch === command.epoch ? state.granted.longestMs : 0;
  if (before >= length) return changed(state);
  const { epoch, holder } = command;
  return changed({ ...state, granted: { epoch, holder, longestMs: length } });
}

/** As a renewal, for longer; only for a confirmed primary. */
export function keepGrant(state: ClusterState, command: KeepGrant): Applied {
  return state.phase === 'running'
    ? renewGrant(state, command)
    : refused(state, `nothing to keep in phase ${state.phase}`);
}

/** Guard: running, epoch, member, a greater incarnation. */
export function adopt(state: ClusterState, command: Adopt): Applied {
  if (state.phase !== 'running') return refused(state, `nothing to adopt in phase ${state.phase}`);
  if (command.epoch !== state.epoch || command.member !== state.primary) {
    return refused(state, 'another epoch or member is primary');
  }
  if (command.incarnation <= state.incarnation) {
    return refused(
      state,
      `incarnation ${command.incarnation} is not later than ${state.incarnation}`,
    );
  }
  return changed({ ...state, incarnation: command.incarnation });
}

/**
 * Guard: running, epoch, incarnation, and the switchover that it answers. The holder proved before
 * that its database is stopped, so that nobody waits for its grant. Effect: electing.
 */
export function releaseGrant(state: ClusterState, command: ReleaseGrant, place: Place): Applied {
  if (state.phase !== 'running' || state.primary === null) {
    return refused(state, `nothing to release in phase ${state.phase}`);
  }
  if (command.epoch !== state.epoch || command.incarnation !== state.incarnation) {
    return refused(state, 'another epoch or incarnation is primary');
  }
  if (command.switchover !== null && command.switchover !== state.switchover?.id) {
    return refused(state, 'that switchover is not under way');
  }
  const planned = command.switchover === null ? null : state.switchover;
  const released: ClusterState = {
    ...noteReleased(state, state.primary),
    phase: 'electing',
    target: null,
    switchover: null,
    released: {
      epoch: state.epoch,
      by: state.primary,
      kind: command.kind,
      position: command.position,
    },
    election: {
      index: place.index,
      cause: planned === null ? 'database-dead' : 'switchover',
      from: state.primary,
      preferred: planned?.to ?? null,
      excluded: [],
      override: null,
    },
  };
  if (planned !== null) return changed(released);
  return changed(
    withEvent(released, {
      id: eventId(null, place.index),
      index: place.index,
      at: command.at,
      kind: 'failover',
      from: state.primary,
      to: null,
      epoch: state.epoch,
      trigger: command.kind === 'clean' ? 'shutdown' : 'database-dead',
      initiator: state.primary,
      phases: { detectMs: 0 },
      detail: command.reason,
    }),
  );
}

/** Whoever asked for a switchover wants another primary: back where it began is no success. */
function resultOf({ kind, from, to }: ClusterEvent): string {
  if (kind !== 'switchover' || from === null || to !== from) return 'done';
  return failedBecause(`no other member could take over, and ${from} is primary again`);
}

/** Informs; decides nothing. Guard: running, epoch, incarnation, and an event that is open. */
export function recordOpened(state: ClusterState, command: RecordOpened): Applied {
  if (command.epoch !== state.epoch || command.incarnation !== state.incarnation) {
    return refused(state, 'another epoch or incarnation is primary');
  }
  const recorded = withUpdatedEvent(state, isTransition, (event) => ({
    ...event,
    phases: { ...event.phases, gateMs: command.gateMs, vipMs: command.vipMs },
    writeGapMs: command.writeGapMs,
    result: resultOf(event),
  }));
  return recorded === state ? refused(state, 'nothing to record') : changed(noteOpened(recorded));
}
