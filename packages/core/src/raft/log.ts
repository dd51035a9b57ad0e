import { invariant, type LogIndex, type Term } from '@mha4rdb/kernel';
import type { LogEntry } from './entry.js';
import type { Configuration } from './membership/configuration.js';
import type { RaftLog } from './state.js';

/** A log that begins after `(baseIndex, baseTerm)` and holds nothing yet. */
export function emptyLog(
  baseIndex: LogIndex,
  baseTerm: Term,
  baseConfiguration: Configuration,
): RaftLog {
  return { baseIndex, baseTerm, baseConfiguration, entries: [] };
}

/** The index of the last entry, or the base's. */
export function lastIndexOf(log: RaftLog): LogIndex {
  return (log.baseIndex + log.entries.length) as LogIndex;
}

/** The term of the last entry, or the base's. */
export function lastTermOf(log: RaftLog): Term {
  return log.entries.at(-1)?.term ?? log.baseTerm;
}

/** The term at `index`, the base included (R54); `undefined` before it and past the end. */
export function termAtIn(log: RaftLog, index: LogIndex): Term | undefined {
  return index === log.baseIndex ? log.baseTerm : entryAt(log, index)?.term;
}

export function entryAt(log: RaftLog, index: LogIndex): LogEntry | undefined {
  return index > log.baseIndex ? log.entries[index - log.baseIndex - 1] : undefined;
}

/** The entries in `(after, upTo]`, at most `limit` of them; `after` is at the base or above. */
export function entriesBetween(
  log: RaftLog,
  after: LogIndex,
  upTo: LogIndex,
  limit: number = Infinity,
): readonly LogEntry[] {
  invariant(after >= log.baseIndex, 'R54', 'entries below the base of the log were asked for', {
    after,
    base: log.baseIndex,
  });
  const start = after - log.baseIndex;
  return log.entries.slice(start, Math.min(upTo - log.baseIndex, start + limit));
}

/** The log with `entries` after its end. */
export function withAppended(log: RaftLog, entries: readonly LogEntry[]): RaftLog {
  return { ...log, entries: log.entries.concat(entries) };
}

/** The log without the entries at `from` and above. */
export function withTruncated(log: RaftLog, from: LogIndex): RaftLog {
  return { ...log, entries: log.entries.slice(0, from - log.baseIndex - 1) };
}

/** The log with everything up to `index` gone into the base; `index` is in the log. */
export function withBaseAt(log: RaftLog, index: LogIndex): RaftLog {
  const baseTerm = termAtIn(log, index);
  invariant(baseTerm !== undefined, 'R54', 'the new base must be in the log', { index });
  return {
    baseIndex: index,
    baseTerm,
    baseConfiguration: configurationIn(log, index).value,
    entries: log.entries.slice(index - log.baseIndex),
  };
}

/**
 * The last configuration at or below `upTo`: the log and its base are the only source (R45, R55).
 * Scans from the end; configurations are rare and the log is bounded.
 */
export function configurationIn(
  log: RaftLog,
  upTo: LogIndex,
): { readonly index: LogIndex; readonly value: Configuration } {
  for (let index = upTo; index > log.baseIndex; index = (index - 1) as LogIndex) {
    const payload = entryAt(log, index)?.payload;
    if (payload?.kind === 'config') return { index, value: payload.configuration };
  }
  return { index: log.baseIndex, value: log.baseConfiguration };
}

/**
 * The greatest index at or below `index` whose term is at most `term`, no lower than the base:
 * how leader and follower skip a whole term of conflict at a time (R34). `undefined` when even the
 * base's term is greater.
 */
export function lastIndexWithTermAtMost(
  log: RaftLog,
  index: LogIndex,
  term: Term,
): LogIndex | undefined {
  for (let at = index; at >= log.baseIndex; at = (at - 1) as LogIndex) {
    const found = termAtIn(log, at);
    if (found !== undefined && found <= term) return at;
  }
  return undefined;
}

/** True when a log that ends at `(lastTerm, lastIndex)` may lead this one: term first (R14). */
export function isUpToDate(log: RaftLog, lastTerm: Term, lastIndex: LogIndex): boolean {
  return lastTerm === lastTermOf(log) ? lastIndex >= lastIndexOf(log) : lastTerm > lastTermOf(log);
}
