import type { NodeId } from '@mha4rdb/kernel';
import { changed, refused, type Applied, type Place } from './applied.js';
import type { EndWork, StartReinit, StartRestart } from './command.js';
import { failedBecause, withEvent, withUpdatedEvent } from './history.js';
import { memberOf, type ClusterState, type RestartOrder } from './state.js';

/** The switchover (or the restart in place) with which an order restarts the primary. */
export function handOverOf({ operation }: RestartOrder): string {
  return `${operation}/primary`;
}

/** Guard: running, no other restart under way, data members that take part, each named once. */
export function startRestart(state: ClusterState, command: StartRestart, place: Place): Applied {
  if (state.phase !== 'running') return refused(state, `no primary in phase ${state.phase}`);
  if (state.restart != null) return refused(state, 'another restart is under way');
  const { members, operation, inPlace } = command;
  const unfit = members.find((id) => !takesPart(state, id));
  if (unfit !== undefined) return refused(state, `${unfit} does not take part`);
  if (members.length === 0 || new Set(members).size < members.length) {
    return refused(state, 'nobody, or somebody twice');
  }
  const started = { ...state, restart: { operation, members, inPlace } };
  return changed(
    withEvent(started, {
      id: operation,
      index: place.index,
      at: command.at,
      kind: 'serversRestarted',
      from: null,
      to: members.length === 1 ? (members[0] ?? null) : null,
      epoch: state.epoch,
      trigger: 'operator',
      initiator: 'operator',
      detail: members.join(', then '),
    }),
  );
}

/** Guard: running, a standby that takes part, and no other order to it. */
export function startReinit(state: ClusterState, command: StartReinit, place: Place): Applied {
  const { member: id, operation } = command;
  if (state.phase !== 'running') return refused(state, `no primary in phase ${state.phase}`);
  if (id === state.primary || !takesPart(state, id)) return refused(state, `${id} is no standby`);
  if (hasWork(state, id)) return refused(state, `another order to ${id} is under way`);
  return changed(
    withEvent(withReinit(state, id, operation), {
      id: operation,
      index: place.index,
      at: command.at,
      kind: 'memberReinitialized',
      from: state.primary,
      to: id,
      epoch: state.epoch,
      trigger: 'operator',
      initiator: 'operator',
    }),
  );
}

/** Guard: that order is the member's. A failure of one ends a restart of several where it stands. */
export function endWork(state: ClusterState, command: EndWork): Applied {
  const { operation, member, problem } = command;
  const result = problem === null ? 'done' : failedBecause(problem);
  if (memberOf(state, member)?.reinit === operation) {
    return changed(withResult(withReinit(state, member, null), operation, result));
  }
  const { restart } = state;
  if (restart?.operation !== operation || restart.members[0] !== member) {
    return refused(state, 'that order is over');
  }
  if (problem !== null) return changed(endRestart(state, `${member}: ${problem}`));
  const members = restart.members.slice(1);
  if (members.length > 0) return changed({ ...state, restart: { ...restart, members } });
  return changed(endRestart(state, null));
}

/**
 * The primary's server has ended, by whatever way: what comes up after it is another one. The order is
 * over when somebody is open again (`noteOpened`).
 */
export function noteReleased(state: ClusterState, by: NodeId): ClusterState {
  const { restart } = state;
  if (restart?.members[0] !== by) return state;
  return { ...state, restart: { ...restart, members: restart.members.slice(1) } };
}

/** Whoever is primary is the last whose data is copied anew; later, as a standby, it would surprise people. */
export function noteAppointed(state: ClusterState, id: NodeId): ClusterState {
  const operation = memberOf(state, id)?.reinit;
  if (operation === undefined) return state;
  const result = failedBecause('it was appointed primary');
  return withResult(withReinit(state, id, null), operation, result);
}

export function noteOpened(state: ClusterState): ClusterState {
  return state.restart?.members.length === 0 ? endRestart(state, null) : state;
}

/** Ends the restart that is under way; null: well. */
export function endRestart(state: ClusterState, problem: string | null): ClusterState {
  const { restart } = state;
  if (restart == null) return state;
  const result = problem === null ? 'done' : failedBecause(problem);
  return withResult({ ...state, restart: null }, restart.operation, result);
}

/** An order to this member is under way: its server restarts now, or its data is copied anew. */
export function hasWork(state: ClusterState, id: NodeId): boolean {
  return state.restart?.members[0] === id || memberOf(state, id)?.reinit !== undefined;
}

function takesPart(state: ClusterState, id: NodeId): boolean {
  const member = memberOf(state, id);
  return (
    member?.role === 'data' && member.standing === undefined && member.maintenance === undefined
  );
}

function withReinit(state: ClusterState, id: NodeId, operation: string | null): ClusterState {
  const members = state.members.map((one) => {
    if (one.id !== id) return one;
    const { reinit: _, ...member } = one;
    return operation === null ? member : { ...member, reinit: operation };
  });
  return { ...state, members };
}

function withResult(state: ClusterState, operation: string, result: string): ClusterState {
  return withUpdatedEvent(
    state,
    ({ id }) => id === operation,
    (event) => ({ ...event, result }),
  );
}
