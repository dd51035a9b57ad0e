import { settingsRevision } from '../cluster/change-settings.js';
import { changedSettings, settingsOf } from '../cluster/setting-keys.js';
import type { OperatorRequest } from '../node/event.js';
import { mayOpenUnder } from '../quorum/durability.js';
import type { Situation } from './decide.js';
import { refuse, type OperatorVerdict } from './operator.js';

/** Also refused: what would shut clients out until more standbys hold each commit. */
export function classifySettings(
  { state, wall }: Situation,
  { id, revision, changes }: Extract<OperatorRequest, { kind: 'settings' }>,
): OperatorVerdict {
  if (state.phase === 'forming') {
    return refuse('forming', 'the cluster is not formed yet', 'see `mhactl explain`');
  }
  const current = settingsRevision(state);
  if (revision !== null && revision !== current) {
    return refuse(
      'changed-meanwhile',
      `the settings are of revision ${current}, not ${revision} any more`,
      'look at them again (`mhactl config show`), then repeat what is still wanted',
    );
  }
  const changed = changedSettings(state.settings, changes);
  if (!changed.ok)
    return refuse(changed.error.code, changed.error.message, changed.error.remedy ?? '');
  const settings = changed.value;
  const same = JSON.stringify(settingsOf(settings)) === JSON.stringify(settingsOf(state.settings));
  if (same) return { kind: 'done', detail: 'they are so already' };
  const rule = state.phase === 'running' ? state.confirmed?.rule : undefined;
  if (
    rule !== undefined &&
    mayOpenUnder(state, rule) &&
    !mayOpenUnder({ ...state, settings }, rule)
  ) {
    return refuse(
      'would-close',
      `commits wait for ${rule.acks} now: without degrade, clients would be shut out until more standbys hold them`,
      'keep durability.degrade on until `mhactl status` shows the rule that you want, then switch it off',
    );
  }
  return {
    kind: 'propose',
    command: { type: 'SetSettings', operation: id, revision: current, settings, at: wall },
  };
}
