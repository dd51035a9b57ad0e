import type { ClusterEvent, Decision, Member } from '@mha4rdb/core';
import { nodeIdOf } from '@mha4rdb/kernel';
import { isLeader } from '@mha4rdb/core';
import type { ScriptedFault } from './fault.js';
import type { Host } from './host.js';
import type { RecordedDatabase, RecordedEvent, RecordedPort, RunRecord } from './picture/record.js';

/** Faults that happen to the cluster, not to one member. */
const NOBODYS: ReadonlySet<string> = new Set(['switchover', 'failover', 'accepted-loss', 'pause']);

/** Writes down what a run is seen to do, when somebody wants to see it; costs nothing otherwise. */
export class Recorder {
  private readonly events: RecordedEvent[] = [];
  private readonly last = new Map<string, string>();

  constructor(readonly wanted: boolean) {}

  fault(fault: ScriptedFault, text: string): void {
    this.add({ kind: 'fault', at: fault.atMs, member: memberOf(fault), fault: fault.fault, text });
  }

  mended(fault: ScriptedFault, at: number): void {
    const text = `${fault.fault} is over`;
    this.add({ kind: 'mended', at, member: memberOf(fault), fault: fault.fault, text });
  }

  healed(at: number): void {
    const text = 'everything heals';
    this.add({ kind: 'mended', at, member: null, fault: 'all', text });
  }

  action(
    host: Host,
    at: number,
    action: string,
    step: 'begins' | 'done' | 'failed',
    why?: string,
  ): void {
    const { id } = host.member;
    const reason = why === undefined ? {} : { why };
    this.add({ kind: 'action', at, member: id, action, step, ...reason });
  }

  decided(host: Host, at: number, { event, fields }: Decision): void {
    this.add({ kind: 'decided', at, member: host.member.id, event, fields });
  }

  acknowledged(host: Host, at: number, epoch: number): void {
    this.add({ kind: 'acknowledged', at, member: host.member.id, epoch });
  }

  violation(at: number, invariant: string, detail: string): void {
    this.add({ kind: 'violation', at, invariant, detail });
  }

  /** What holds on this host now, where it changed. */
  look(host: Host, at: number): void {
    if (!this.wanted) return;
    const { id } = host.member;
    const { agent, database, lease, clock } = host;
    this.state({ kind: 'power', at, member: id, on: host.powered });
    const frozen = agent.frozen || host.asleep;
    const state = !agent.isAlive ? 'down' : frozen ? 'frozen' : 'up';
    this.state({ kind: 'agent', at, member: id, state });
    if (database !== null) {
      this.state({ kind: 'database', at, member: id, state: databaseState(host) });
      const upstream = database.receiver?.upstream.id ?? null;
      this.state({ kind: 'stream', at, member: id, upstream });
    }
    const raft = agent.state?.raft;
    const leads = raft !== undefined && isLeader(raft);
    this.state({ kind: 'coordinator', at, member: id, term: raft?.term ?? 0, leads }, leads);
    const admits = PORT[lease.describe(at)] ?? 'nobody';
    const until = admits === 'clients' || admits === 'peers' ? clock.when(lease.lastEnd) : null;
    this.state({ kind: 'port', at, member: id, admits, vip: lease.hasVip(at), until });
    const grant = agent.state?.member?.grant ?? null;
    if (grant !== null) {
      const end = clock.when(grant.end);
      this.state({ kind: 'grant', at, member: id, epoch: grant.epoch, until: end });
    }
  }

  finish(members: readonly Member[], endMs: number, changes: readonly ClusterEvent[]): RunRecord {
    const lanes = members.map(({ id, role }) => ({ id, role }));
    return { members: lanes, endMs, events: this.events, changes };
  }

  /** Adds it if it differs from the last of its kind and member; a term alone is no change. */
  private state(event: Exclude<RecordedEvent, { readonly kind: 'violation' }>, whole = true): void {
    const key = `${event.kind} ${event.member ?? ''}`;
    const text = whole ? JSON.stringify({ ...event, at: 0 }) : 'no';
    if (this.last.get(key) === text) return;
    const first = !this.last.has(key);
    this.last.set(key, text);
    if (first && !whole) return;
    this.add(event);
  }

  private add(event: RecordedEvent): void {
    if (this.wanted) this.events.push(event);
  }
}

const PORT: Readonly<Record<string, RecordedPort>> = {
  lifted: 'everybody',
  'open+vip': 'clients',
  open: 'clients',
  peers: 'peers',
  closed: 'nobody',
};

function databaseState({ database, asleep }: Host): RecordedDatabase {
  if (database?.directory == null) return 'none';
  if (database.process === 'stopped') return 'stopped';
  if (database.frozen || asleep) return 'frozen';
  return database.role;
}

function memberOf({ fault, member }: ScriptedFault) {
  return member === undefined || NOBODYS.has(fault) ? null : nodeIdOf(member);
}
