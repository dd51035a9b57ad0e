import { emptyDatabase } from './database.js';
import { endAgent } from './agent.js';
import { leaseText, noLease } from './lease.js';
import { say, type HaWorld, type Host } from './world.js';

/** A machine with empty disks; `place` keeps the clocks of any two apart. */
export function newHost(id: Host['id'], role: Host['role'], place: number): Host {
  return {
    id,
    role,
    node: null,
    raftDisk: null,
    memberDisk: null,
    founds: true,
    lives: 0,
    configured: null,
    asking: false,
    database: role === 'data' ? emptyDatabase() : null,
    lease: noLease(),
    incarnations: 0,
    frozen: false,
    asleep: false,
    backlog: [],
    clock: { offset: 1000 + 1_000_000 * place, rate: 1 },
    action: null,
    holds: new Set(),
    record: null,
    applied: new Map(),
    toldLease: '',
    toldHost: '',
  };
}

/** Agent, server and what the kernel had been told are gone; what is on disk stays. */
export function powerOff(world: HaWorld, host: Host): void {
  endAgent(host);
  Object.assign(host.lease, noLease());
  if (host.database !== null) {
    Object.assign(host.database, { process: 'stopped', receiving: false });
  }
  host.toldLease = leaseText(host.lease, 0);
  host.toldHost = '';
  say(world, `${host.id} has no power`);
}
