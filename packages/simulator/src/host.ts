import { hears, type Member } from '@mha4rdb/core';
import type { NodeId, SeededRandom } from '@mha4rdb/kernel';
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
  /** Suspended, or stopped by its hypervisor: nothing on it runs, and neither does its clock. */
  asleep: boolean;
  /**
   * Grants and leases that end before this, on the host's clock, were counted on a clock that stood
   * still meanwhile. The promise of one valid grant assumes clocks that run (protocol §1).
   */
  untrustedUntil: number;
  /** Its configuration names it among the first members, and its Raft directory was never lost. */
  founds: boolean;
  /** Starts of its agent, ever; after a directory that joined, counted from its life on. */
  incarnations: number;
  /** While later than now, the agent's writes take long. */
  slowDiskUntil: number;
  /** While later than now, the agent's writes fail in this way. */
  diskFailsUntil: number;
  diskFailure: 'full' | 'error';
}

/** Packets reach this machine's kernel, and its answers leave. */
export function isAwake(host: Host): boolean {
  return host.powered && !host.asleep;
}

/** It gets what another node sends: whom a node does not know, its port refuses. */
export function isHeard(host: Host, from: NodeId): boolean {
  const { state } = host.agent;
  return isAwake(host) && state !== null && hears(state, from);
}

/** A client that gets through to this host would be acknowledged by its database now. */
export function answersClients(host: Host, now: number): boolean {
  const { database, lease } = host;
  return (
    database !== null &&
    database.role === 'primary' &&
    database.process === 'running' &&
    database.directory?.admits === 'all' &&
    isAwake(host) &&
    lease.admitsClients(now)
  );
}
