import type { DatabasePosition, Epoch } from '@mha4rdb/kernel';
import type { LineageEntry } from '../cluster/state.js';

/**
 * Did this log leave the cluster's by a promotion that the cluster knows nothing of (`pg_promote()` by
 * hand)? Its last marker is of a confirmed epoch, and yet it goes on, on another timeline than that
 * epoch had. An appointment does the same for a moment, before its marker, to the appointed one and to
 * whoever attaches to it: those have joined a later epoch, and have that on disk.
 *
 * Such a log can be longer than one that has every acknowledged commit, by what was written to it by
 * hand, and would win an election (protocol §6 compares epoch and position). It is no evidence.
 */
export function isForked(
  lineage: readonly LineageEntry[],
  { joined = 0 as Epoch }: { readonly joined?: Epoch },
  position: DatabasePosition | undefined,
): boolean {
  // A timeline that could not be found in the files is judged by nobody.
  if (position === undefined || position.timeline === 0) return false;
  const entry = lineage.find(({ epoch }) => epoch === position.epoch);
  return entry !== undefined && entry.timeline !== position.timeline && joined <= position.epoch;
}
