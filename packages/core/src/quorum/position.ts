import type { DatabasePosition, HistoryEntry } from '@mha4rdb/kernel';
import type { LineageEntry } from '../cluster/state.js';

/**
 * Orders log ends as Raft orders logs: `(epoch, lsn)`. The timeline takes no part, since two
 * promotions can create the same number (protocol §6, §11).
 */
export function comparePositions(a: DatabasePosition, b: DatabasePosition): number {
  return a.epoch - b.epoch || a.lsn - b.lsn;
}

/**
 * Is the log that ends at `position` a beginning of the confirmed primary's log, so that it can
 * stream from there? `replayedLsn` is the end of the last whole record: bytes after it may be the
 * torn half of one that never was.
 *
 * `diverged` when the last marker is of no confirmed epoch (a promotion that was never confirmed),
 * when the timeline is not the one that the marker's epoch had (it went past a promotion without
 * its marker), or when the log goes on past the point where the primary's history left its timeline.
 * Says nothing about a log older than the lineage that is kept: that is `diverged` too.
 */
export function classifyAncestry(
  own: { readonly position: DatabasePosition; readonly replayedLsn: number },
  primary: { readonly lineage: readonly LineageEntry[]; readonly history: readonly HistoryEntry[] },
): 'ancestor' | 'diverged' {
  const newest = primary.lineage.at(-1);
  if (newest === undefined) return 'diverged';
  if (own.position.epoch === 0) return classifyBeforeFirstMarker(own, primary.history, newest);
  const confirmed = primary.lineage.find((entry) => entry.epoch === own.position.epoch);
  if (confirmed === undefined || confirmed.timeline !== own.position.timeline) return 'diverged';
  if (confirmed === newest) return 'ancestor';
  return endsBefore(own, primary.history) ? 'ancestor' : 'diverged';
}

/** No marker at all: a copy taken before the first one, or the origin's own directory. */
function classifyBeforeFirstMarker(
  own: { readonly position: DatabasePosition; readonly replayedLsn: number },
  history: readonly HistoryEntry[],
  newest: LineageEntry,
): 'ancestor' | 'diverged' {
  if (own.position.timeline === newest.timeline && history.length === 0) return 'ancestor';
  return endsBefore(own, history) ? 'ancestor' : 'diverged';
}

function endsBefore(
  own: { readonly position: DatabasePosition; readonly replayedLsn: number },
  history: readonly HistoryEntry[],
): boolean {
  const left = history.find((entry) => entry.timeline === own.position.timeline);
  return left !== undefined && own.replayedLsn <= left.switchLsn;
}

/**
 * Would winding back to the primary's history end at a point that both logs really share?
 * `pg_rewind` compares timeline NUMBERS and where they began. A promotion of ours that was never
 * confirmed can have created the same number at the same place as one that was ("no rewind required",
 * and then the diverged log streams on). The last timeline that the numbers call common must
 * therefore be one whose marker our log has: our last marker is at or above that timeline's epoch.
 * That suffices for an unconfirmed marker too, since whoever was appointed had all that was
 * confirmed before.
 */
export function canRewind(
  own: { readonly position: DatabasePosition; readonly history: readonly HistoryEntry[] },
  primary: { readonly lineage: readonly LineageEntry[]; readonly history: readonly HistoryEntry[] },
): boolean {
  const newest = primary.lineage.at(-1);
  if (newest === undefined) return false;
  const ours = beginnings(own.history, own.position.timeline);
  const theirs = beginnings(primary.history, newest.timeline);
  const parted = ours.findIndex(
    ({ timeline, begin }, place) =>
      theirs[place]?.timeline !== timeline || theirs[place].begin !== begin,
  );
  const common = ours[(parted === -1 ? ours.length : parted) - 1];
  if (common === undefined) return false;
  // The first timeline is every copy's own: nobody was ever promoted to it.
  if (common.begin === 0) return true;
  const created = primary.lineage.find(({ timeline }) => timeline === common.timeline);
  return created !== undefined && own.position.epoch >= created.epoch;
}

function beginnings(
  history: readonly HistoryEntry[],
  last: number,
): readonly { readonly timeline: number; readonly begin: number }[] {
  const timelines = [...history.map(({ timeline }) => timeline), last];
  return timelines.map((timeline, place) => ({
    timeline,
    begin: history[place - 1]?.switchLsn ?? 0,
  }));
}
