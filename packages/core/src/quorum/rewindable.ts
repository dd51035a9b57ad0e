import type { DatabasePosition, HistoryEntry } from '@mha4rdb/kernel';
import type { LineageEntry } from '../cluster/state.js';

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
