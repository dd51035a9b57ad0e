import type { NodeId } from '@mha4rdb/kernel';
import { changed, refused, type Applied, type Place } from './applied.js';
import type { SetMaintenance } from './command.js';
import { eventId, withEvent } from './history.js';
import { dataMembers, memberOf, type ClusterState, type Member } from './state.js';

/** Why a member cannot be taken aside now, and what to do. */
export interface MaintenanceObjection {
  readonly code: string;
  readonly reason: string;
  readonly remedy: string;
}

/**
 * Guard: a data member that is not the primary, nor about to be, and not the last one that could be.
 * The primary is left alone by `pause`; taken aside it would be one that nobody watches.
 */
export function objectionToMaintenance(
  state: ClusterState,
  id: NodeId,
): MaintenanceObjection | null {
  const member = memberOf(state, id);
  if (member === undefined) {
    return {
      code: 'unknown-member',
      reason: `${id} is no member`,
      remedy: 'see `mhactl member list`',
    };
  }
  if (member.role === 'arbiter') {
    return {
      code: 'no-database',
      reason: `${id} is an arbiter: it has no database to leave alone`,
      remedy: 'stop and start it as you like, while a majority of the others is within reach',
    };
  }
  if (state.phase === 'forming' || state.phase === 'appointed') {
    return {
      code: 'busy',
      reason: 'a primary is being appointed',
      remedy: 'try again when `mhactl status` shows one',
    };
  }
  if (state.phase === 'running' && state.primary === id) {
    return {
      code: 'is-primary',
      reason: `${id} is the primary: in maintenance nobody would watch it`,
      remedy:
        'hand over first (`mhactl switchover`); `mhactl pause` is what leaves a primary in its place',
    };
  }
  if (state.switchover?.to === id) {
    return {
      code: 'busy',
      reason: `${id} is about to become the primary`,
      remedy: 'wait for the end of the switchover',
    };
  }
  const others = dataMembers(state).filter((one) => one.id !== id && one.maintenance !== true);
  if (others.length > 0) return null;
  return {
    code: 'last-member',
    reason: `without ${id} no data member would be left that could be the primary`,
    remedy: 'end the maintenance of another member first',
  };
}

export function setMaintenance(
  state: ClusterState,
  { member: id, on, operation, at }: SetMaintenance,
  place: Place,
): Applied {
  const objection = on ? objectionToMaintenance(state, id) : null;
  if (objection !== null) return refused(state, objection.reason);
  if ((memberOf(state, id)?.maintenance === true) === on) return refused(state, 'already so');
  const members = state.members.map((member) => (member.id === id ? marked(member, on) : member));
  return changed(
    withEvent(
      { ...state, members },
      {
        id: eventId(operation, place.index),
        index: place.index,
        at,
        kind: 'maintenance',
        from: null,
        to: id,
        epoch: state.epoch,
        trigger: on ? 'on' : 'off',
        initiator: 'operator',
        result: 'done',
        detail: on ? `${id} is in maintenance` : `${id} is back from maintenance`,
      },
    ),
  );
}

function marked({ maintenance: _, ...member }: Member, on: boolean): Member {
  return on ? { ...member, maintenance: true } : member;
}
