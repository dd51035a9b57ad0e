import type { ClusterState } from '../../cluster/state.js';
import type { MemberReport } from '../../member/report.js';

/**
 * What is wrong with a data member whose report is fresh, as a sentence; null when nothing is. A
 * server that runs as a standby and does not stream is not well, however good its log was once: left
 * unsaid, it falls behind for days (the one fault that Patroni's users report most about rejoining).
 */
export function ailmentOf(cluster: ClusterState, report: MemberReport): string | null {
  const { node, database, trouble, action } = report;
  if (trouble !== null) return trouble;
  if (action === 'clone') return 'is being copied anew';
  if (action === 'rewind') return 'is being wound back';
  if (database === null) return 'its database was not looked at yet';
  if (!database.works) return database.detail ?? `its database is ${database.role}`;
  if (database.storage !== undefined) return database.storage;
  const follows = cluster.phase === 'running' && cluster.primary !== node;
  if (!follows || database.role !== 'standby' || database.receiving === true) return null;
  return database.upstream == null
    ? `runs, and follows nobody yet`
    : `runs, and does not stream from ${database.upstream}`;
}
