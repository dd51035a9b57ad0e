import { invariant, type LogIndex } from '@mha4rdb/kernel';
import type { Draft } from '../draft.js';
import type { EntryPayload } from '../entry.js';
import { lastIndexOf } from '../log.js';
import { appendEntries } from '../persistence/log-change.js';

/** Puts one entry of this term at the end of the log; replication is the caller's next step. */
export function appendAsLeader(draft: Draft, payload: EntryPayload): LogIndex {
  const { state } = draft;
  invariant(state.role === 'leader', 'R28', 'only a leader creates entries');
  const index = (lastIndexOf(state.log) + 1) as LogIndex;
  appendEntries(draft, [{ index, term: state.term, payload }]);
  return index;
}
