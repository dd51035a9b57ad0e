import type { Member } from '@mha4rdb/core';
import type { SeededRandom } from '@mha4rdb/kernel';
import type { Agent } from './agent.js';
import type { HostClock } from './clock.js';
import type { Database } from './database.js';
import type { PortLease } from './port-lease.js';
import type { NodeDisk } from './raft-disk.js';

/** One machine: what runs on it, and what its kernel and disk keep. */
export interface Host {
  readonly member: Member;
  readonly clock: HostClock;
  readonly lease: PortLease;
  readonly disk: NodeDisk;
  readonly agent: Agent;
  /** Null on an arbiter's host. */
  readonly database: Database | null;
  readonly random: SeededRandom;
  powered: boolean;
  /** Starts of its agent, ever. */
  incarnations: number;
  /** While later than now, writes take long. */
  slowDiskUntil: number;
}

/** A client that gets through to this host would be acknowledged by its database now. */
export function answersClients(host: Host, now: number): boolean {
  const { database, lease } = host;
  return (
    host.powered &&
    database !== null &&
    database.process === 'running' &&
    database.role === 'primary' &&
    database.directory?.admits === 'all' &&
    lease.admitsClients(now)
  );
}
