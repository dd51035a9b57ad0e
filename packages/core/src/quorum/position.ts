import { LIMITS, type DatabasePosition, type HistoryEntry } from '@mha4rdb/kernel';
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
  if (own.position.epoch === 0) return classifyBeforeFirstMarker(own, primary);
  const confirmed = primary.lineage.find((entry) => entry.epoch === own.position.epoch);
  if (confirmed === undefined || confirmed.timeline !== own.position.timeline) return 'diverged';
  if (confirmed === newest) return 'ancestor';
  return endsBefore(own, primary.history) ? 'ancestor' : 'diverged';
}

/**
 * No marker at all: a copy taken before the first one, or the origin's own directory. Only on a timeline
 * from before the first confirmed promotion: a later number may be that of a promotion which crashed
 * before its marker, on a log that had none either. Nothing is known once the first one is not kept.
 */
function classifyBeforeFirstMarker(
  own: { readonly position: DatabasePosition; readonly replayedLsn: number },
  { lineage, history }: Parameters<typeof classifyAncestry>[1],
): 'ancestor' | 'diverged' {
  const { timeline } = own.position;
  const [first] = lineage;
  if (first === undefined) return 'diverged';
  if (timeline === first.timeline && history.length === 0) return 'ancestor';
  const isOlder = timeline < first.timeline && lineage.length < LIMITS.lineage;
  return isOlder && endsBefore(own, history) ? 'ancestor' : 'diverged';
}

function endsBefore(
  own: { readonly position: DatabasePosition; readonly replayedLsn: number },
  history: readonly HistoryEntry[],
): boolean {
  const left = history.find((entry) => entry.timeline === own.position.timeline);
  return left !== undefined && own.replayedLsn <= left.switchLsn;
}
