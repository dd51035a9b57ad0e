import { invariant, LIMITS, type LogIndex } from '@mha4rdb/kernel';
import type { Draft } from '../draft.js';
import type { RaftState } from '../state.js';
import { configurationIn, termAtIn, withBaseAt } from '../log.js';
import { updatePersistence } from '../persistence/write.js';

/** The log has grown enough since the snapshot that a `compact` event is welcome. */
export function shouldCompact(state: RaftState): boolean {
  return state.applied - (state.snapshot?.index ?? 0) >= LIMITS.compactAfter;
}

/**
 * Takes the applied state as the new snapshot, with the configuration in force there (R55), and lets
 * the log before it go, except a tail in memory for followers that are a little behind (R54).
 */
export function onCompact(draft: Draft, index: LogIndex, machine: unknown): void {
  const { state } = draft;
  invariant(index <= state.applied, 'R54', 'compaction beyond what is applied', {
    index,
    applied: state.applied,
  });
  if (index <= (state.snapshot?.index ?? 0)) return;
  const term = termAtIn(state.log, index);
  invariant(term !== undefined, 'R54', 'an applied entry is not in the log', { index });
  const configuration = configurationIn(state.log, index).value;
  state.snapshot = { index, term, configuration, machine };
  const base = (index - LIMITS.compactKeep) as LogIndex;
  if (base > state.log.baseIndex) state.log = withBaseAt(state.log, base);
  updatePersistence(draft, { snapshotDirty: true });
}
