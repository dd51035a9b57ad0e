import { isInMaintenance } from '../../cluster/state.js';
import type { ClusterState } from '../../cluster/state.js';
import { NO_WATCHDOG, type MemberReport } from '../../member/report.js';

/** What `mhactl status` calls a member (contract, "state is one of"). */
export type MemberWord =
  | 'primary'
  | 'standby'
  | 'starting'
  | 'promoting'
  | 'demoting'
  | 'rewinding'
  | 'cloning'
  | 'diverged'
  | 'stopped'
  | 'failed'
  | 'maintenance'
  | 'arbiter'
  | 'unreachable'
  | 'unknown';

/** The word for a data member's last report; whether the report is fresh is the caller's to judge. */
export function memberWord(cluster: ClusterState, report: MemberReport): MemberWord {
  if (isInMaintenance(cluster, report.node)) return 'maintenance';
  switch (report.action) {
    case 'promote':
    case 'writeMarker':
      return 'promoting';
    case 'rewind':
      return 'rewinding';
    case 'clone':
      return 'cloning';
    case 'initialize':
      return 'starting';
    case 'handOver':
      return 'demoting';
    default:
      return wordForRole(cluster, report);
  }
}

function wordForRole(cluster: ClusterState, report: MemberReport): MemberWord {
  const { node, database, trouble, action } = report;
  if (database === null) return 'unknown';
  if (isDiverged(report)) return 'diverged';
  switch (database.role) {
    case 'primary':
      if (cluster.primary !== node || cluster.phase === 'electing') return 'demoting';
      return cluster.phase === 'running' ? 'primary' : 'promoting';
    case 'standby':
      return trouble === null || trouble === NO_WATCHDOG ? 'standby' : 'failed';
    case 'starting':
      return 'starting';
    case 'silent':
      return action === 'start' ? 'starting' : 'failed';
    case 'stopped':
      if (trouble !== null) return 'failed';
      return action === 'start' ? 'starting' : 'stopped';
  }
}

/** It has a database and cannot simply follow: it waits for its turn to be wound back or copied anew. */
function isDiverged({ rejoin, database }: MemberReport): boolean {
  // A member of an earlier version says nothing of it.
  return rejoin != null && database?.directory.kind === 'present' && database.role !== 'primary';
}
