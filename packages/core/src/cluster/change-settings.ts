import { changed, refused, type Applied, type Place } from './applied.js';
import type { SetSettings } from './command.js';
import { withEvent } from './history.js';
import { settingsOf } from './setting-keys.js';
import type { ClusterSettings, ClusterState } from './state.js';

/**
 * Guard: formed, and the revision that it was computed from (compare and set). Changes no rule: the
 * primary's agent moves the rule afterwards, in the order of protocol §6.
 */
export function setSettings(state: ClusterState, command: SetSettings, place: Place): Applied {
  if (state.phase === 'forming') return refused(state, 'the cluster is not formed yet');
  if (command.revision !== settingsRevision(state)) {
    return refused(state, `revision ${command.revision} is not the current one`);
  }
  const { settings } = command;
  return changed(
    withEvent(
      { ...state, settings, settingsRevision: place.index },
      {
        id: command.operation,
        index: place.index,
        at: command.at,
        kind: 'settings',
        from: null,
        to: null,
        epoch: state.epoch,
        trigger: 'operator',
        initiator: 'operator',
        result: 'done',
        detail: differenceText(state.settings, settings),
      },
    ),
  );
}

/** Of the entry that changed them last; 0 for those with which the cluster was formed. */
export function settingsRevision({ settingsRevision: at }: ClusterState): number {
  return at ?? 0;
}

function differenceText(before: ClusterSettings, after: ClusterSettings): string {
  const old = settingsOf(before);
  return settingsOf(after)
    .filter(({ value }, place) => value !== old[place]?.value)
    .map(({ key, value }, _place) => `${key} = ${value}`)
    .join(', ');
}
