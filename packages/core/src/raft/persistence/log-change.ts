import { invariant, type LogIndex } from '@mha4rdb/kernel';
import type { Draft } from '../draft.js';
import type { LogEntry } from '../entry.js';
import { configurationIn, lastIndexOf, withAppended, withTruncated } from '../log.js';
import { updatePersistence } from './write.js';

/** Appends; a configuration among the entries is in force from here on (R46). */
export function appendEntries(draft: Draft, entries: readonly LogEntry[]): void {
  if (entries.length === 0) return;
  draft.state.log = withAppended(draft.state.log, entries);
  const configures = entries.findLast((entry) => entry.payload.kind === 'config');
  if (configures?.payload.kind === 'config') {
    draft.state.configuration = {
      index: configures.index,
      value: configures.payload.configuration,
    };
  }
}

/**
 * Discards the entries at `from` and above, here and with the next write (R6), and falls back to the
 * configuration before them (R45). Only for a real conflict (R31), never with what is committed (R32).
 */
export function truncateLog(draft: Draft, from: LogIndex): void {
  const { commit, configuration } = draft.state;
  invariant(from > commit, 'R32', 'a committed entry is in conflict with the leader', {
    from,
    commit,
  });
  draft.state.log = withTruncated(draft.state.log, from);
  if (configuration.index >= from) {
    draft.state.configuration = configurationIn(draft.state.log, lastIndexOf(draft.state.log));
  }
  forgetDurable(draft, from);
}

/** The log in memory now differs from `from` on from what the disk holds, or is about to hold. */
export function forgetDurable(draft: Draft, from: LogIndex): void {
  const { persistence } = draft.state;
  const before = (from - 1) as LogIndex;
  const { inFlight, truncateFrom } = persistence;
  updatePersistence(draft, {
    inFlight: inFlight === null ? null : { ...inFlight, index: lesser(inFlight.index, before) },
    durableIndex: lesser(persistence.durableIndex, before),
    ...(persistence.handedIndex > before
      ? {
          handedIndex: before,
          truncateFrom: truncateFrom === null ? from : lesser(truncateFrom, from),
        }
      : {}),
  });
}

function lesser(a: LogIndex, b: LogIndex): LogIndex {
  return a < b ? a : b;
}
