import { changed, refused, type Applied, type Place } from './applied.js';
import type { EndSchedule, ScheduleSwitchover } from './command.js';
import { failedBecause, withEvent, withUpdatedEvent } from './history.js';
import { memberOf, type ClusterState } from './state.js';

/** Guard: formed, nothing else scheduled, and a data member where one is named. */
export function scheduleSwitchover(
  state: ClusterState,
  command: ScheduleSwitchover,
  place: Place,
): Applied {
  const { id, to, due } = command;
  if (state.phase === 'forming') return refused(state, 'the cluster is not formed yet');
  if (state.scheduled != null) return refused(state, 'another switchover is scheduled');
  if (to !== null && memberOf(state, to)?.role !== 'data') {
    return refused(state, `${to} is not a data member`);
  }
  return changed(
    withEvent(
      { ...state, scheduled: { id, to, due } },
      {
        id,
        index: place.index,
        at: command.at,
        kind: 'switchoverScheduled',
        from: state.primary,
        to,
        epoch: state.epoch,
        trigger: 'operator',
        initiator: 'operator',
      },
    ),
  );
}

/** Guard: that one is scheduled. `failure`: why it came to nothing; null: it began, or was not needed. */
export function endSchedule(state: ClusterState, { id, failure, detail }: EndSchedule): Applied {
  if (state.scheduled?.id !== id) return refused(state, 'that switchover is not scheduled');
  const result = failure === null ? 'done' : failedBecause(failure);
  return changed(
    withUpdatedEvent(
      { ...state, scheduled: null },
      (event) => event.id === id,
      (event) => ({ ...event, result, detail }),
    ),
  );
}
