import type { DatabasePosition } from '@mha4rdb/kernel';
import type { LineageEntry } from '../cluster/state.js';

/**
 * Would winding back to the primary's history end at a point that both logs really share?
 * `pg_rewind` compares timeline NUMBERS, where they began, and what the control file remembers of
 * them; two promotions can create the same number, even at the same place ("no rewind required", and
 * then the diverged log streams on). So only a log that merely went on, on the timeline of a
 * confirmed epoch whose marker it has, is wound back. One that followed a promotion which was never
 * confirmed is copied anew, and so is one on the number that the primary has now.
 */
export function canRewind(position: DatabasePosition, lineage: readonly LineageEntry[]): boolean {
  const newest = lineage.at(-1);
  if (newest === undefined || position.timeline === newest.timeline) return false;
  // The first timeline is every copy's own: nobody was ever promoted to it.
  if (position.epoch === 0) return position.timeline === 1;
  return lineage.some(
    ({ epoch, timeline }) => epoch === position.epoch && timeline === position.timeline,
  );
}
