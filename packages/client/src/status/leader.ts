import type { Leader as WireLeader } from '../gen/mha4rdb/v1/status_pb.js';
import type { ClusterStatus, DataMemberStatus } from './cluster-status.js';

/** The confirmed primary, as an application wants to know it. */
export interface Leader {
  readonly id: string;
  readonly database: DatabaseAddress;
  /** The fencing token: greater for every later primary. */
  readonly epoch: number;
  /** The first VIP, without prefix length; null where none is configured. */
  readonly vip: string | null;
}

export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
}

/** A standby that may serve reads which may be a little stale. */
export interface Replica {
  readonly id: string;
  readonly database: DatabaseAddress;
  /** Null while it cannot be told. */
  readonly lagBytes: number | null;
  readonly sync: boolean;
}

export function leaderOf(wire: WireLeader): Leader {
  return {
    id: wire.id,
    database: { host: wire.database?.host ?? '', port: wire.database?.port ?? 0 },
    epoch: Number(wire.epoch),
    vip: wire.vip ?? null,
  };
}

/** The primary that a status names; null while there is none. */
export function leaderIn(status: ClusterStatus): Leader | null {
  const member = status.members.find(({ id }) => id === status.primary);
  if (member?.role !== 'data') return null;
  return {
    id: member.id,
    database: databaseOf(member),
    epoch: status.epoch,
    vip: status.vip[0]?.address.replace(/\/\d+$/, '') ?? null,
  };
}

/** Standbys in reach, nearest to the primary first; with `maxLagBytes` only those known to be near. */
export function replicasIn(status: ClusterStatus, maxLagBytes?: number): readonly Replica[] {
  return status.members
    .filter((member) => member.role === 'data')
    .filter(({ state, reachable }) => state === 'standby' && reachable)
    .filter(({ lagBytes }) => maxLagBytes === undefined || (lagBytes ?? Infinity) <= maxLagBytes)
    .map((member) => ({
      id: member.id,
      database: databaseOf(member),
      lagBytes: member.lagBytes,
      sync: member.sync,
    }))
    .sort((a, b) => (a.lagBytes ?? Infinity) - (b.lagBytes ?? Infinity));
}

function databaseOf({ database }: DataMemberStatus): DatabaseAddress {
  const colon = database.lastIndexOf(':');
  return {
    host: database.slice(0, colon).replace(/^\[(.*)\]$/, '$1'),
    port: Number(database.slice(colon + 1)),
  };
}
