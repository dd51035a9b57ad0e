import type { Instant, NodeId } from '@mha4rdb/kernel';
import { dataMembers } from '../../cluster/state.js';
import { isFresh } from '../../coordinator/view.js';
import type { NodeState } from '../state.js';

/** From where on a data member may still ask others for log; see `keepFrom` of each. */
export interface LogClaim {
  readonly node: NodeId;
  /**
   * Where its log ends; `checkpoint` for the primary, which claims nothing while it leads and, once
   * deposed, all since the checkpoint that it is wound back to. Null: not known now, so that what was
   * kept for it stays.
   */
  readonly keepFrom: number | 'checkpoint' | null;
}

/**
 * What every data member keeps log for, so that whoever is promoted can serve all the others. A member's
 * word counts only while it streams and has the marker of the present epoch: its log is then the
 * primary's up to there, and this member's too. Of every other, where its log ends is no place in ours.
 */
export function logClaims(node: NodeState, now: Instant): readonly LogClaim[] {
  const { cluster, options, reports } = node;
  return dataMembers(cluster)
    .filter(({ id }) => id !== options.me)
    .map(({ id }) => {
      if (cluster.phase === 'running' && cluster.primary === id) {
        return { node: id, keepFrom: 'checkpoint' };
      }
      const received = reports[id];
      const database = received?.report.database;
      const counts =
        received !== undefined &&
        isFresh(received.receivedAt, now, options.timing.heartbeat) &&
        cluster.phase === 'running' &&
        database?.role === 'standby' &&
        database.receiving === true &&
        database.position?.epoch === cluster.epoch;
      return { node: id, keepFrom: counts ? (database.position?.lsn ?? null) : null };
    });
}
