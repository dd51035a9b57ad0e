import { logClaims, type NodeState } from '@mha4rdb/core';
import type { LogToKeep } from '@mha4rdb/db-control';
import type { Instant } from '@mha4rdb/kernel';
import type { MemberAddresses } from './member-addresses.js';

/** What this member's server shall keep log for; null while no primary is in service or none answers. */
export function logToKeep(
  state: NodeState,
  now: Instant,
  { databases }: MemberAddresses,
): LogToKeep | null {
  const { cluster, member, options } = state;
  const role = member?.database?.role;
  if (cluster.phase !== 'running' || (role !== 'primary' && role !== 'standby')) return null;
  const leads = cluster.primary === options.me;
  const primary = leads ? null : databases.find(({ node }) => node === cluster.primary);
  // A server whose role is not (yet) what the cluster has for it: its log is not judged by that.
  if (primary === undefined || (role === 'primary') !== leads) return null;
  return { members: logClaims(state, now), primary };
}
