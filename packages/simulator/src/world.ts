import {
  TIMING_PRESETS,
  type Decision,
  type Founding,
  type Member,
  type Timing,
} from '@mha4rdb/core';
import { nodeIdOf, seededRandom, type NodeId, type SeededRandom } from '@mha4rdb/kernel';
import { Agent } from './agent.js';
import { Checks } from './checks.js';
import { Client } from './client.js';
import { HostClock } from './clock.js';
import { Coverage } from './coverage.js';
import { Database } from './database.js';
import type { EngineSurroundings } from './engine.js';
import { Faults } from './faults.js';
import type { Host } from './host.js';
import { Network } from './network.js';
import type { Mode, SimulationOptions } from './options.js';
import { PortLease } from './port-lease.js';
import { NodeDisk } from './raft-disk.js';
import { Schedule } from './schedule.js';
import { Stream } from './stream.js';
import { Trace } from './trace.js';

const SHAPES: Readonly<Record<Mode, { readonly data: number; readonly arbiters: number }>> = {
  single: { data: 1, arbiters: 0 },
  dual: { data: 2, arbiters: 1 },
  three: { data: 3, arbiters: 0 },
  five: { data: 5, arbiters: 0 },
};

/** How long a standby waits before it tries its upstream again. */
const RECONNECT_MS = 150;

/** Decisions that every node tells when it applies them. */
const COMMITTED: ReadonlySet<string> = new Set([
  'formed',
  'election-began',
  'appointed',
  'confirmed',
  'granted',
  'adopted',
  'durability',
  'released',
  'switchover-started',
  'switchover-cancelled',
  'paused',
  'resumed',
  'opened',
  'refused',
]);

/** One whole cluster with its clients, hosts, disks and network. Everything in it is deterministic. */
export class World {
  readonly schedule = new Schedule();
  readonly coverage = new Coverage();
  readonly trace: Trace;
  readonly checks: Checks;
  readonly network: Network;
  readonly timing: Timing;
  readonly founding: Founding;
  readonly hosts: readonly Host[];
  readonly clients: readonly Client[];
  readonly faults: Faults;
  readonly random: SeededRandom;
  private readonly told = new Set<string>();
  private readonly byId = new Map<NodeId, Host>();
  private lastServed: { readonly at: number; readonly epoch: number } | null = null;

  constructor(
    readonly options: SimulationOptions,
    print: ((line: string) => void) | null,
  ) {
    const root = seededRandom(options.seed);
    this.random = root.fork('world');
    this.trace = new Trace(print);
    this.checks = new Checks(this);
    this.network = new Network(this.schedule, root.fork('network'), options.weather);
    this.timing = TIMING_PRESETS[options.preset];
    this.founding = {
      name: 'simulated',
      members: membersOf(options.mode),
      settings: { durability: options.durability },
      grantMs: this.timing.grant,
    };
    this.hosts = this.founding.members.map((member) =>
      this.buildHost(member, root.fork(member.id)),
    );
    for (const host of this.hosts) this.byId.set(host.member.id, host);
    this.faults = new Faults(this, root.fork('faults'));
    this.clients = [new Client(this, 'client'), new Client(this, 'client')];
    for (const host of this.hosts) {
      this.schedule.after(this.random.integer(0, 300), () => host.agent.start());
      if (host.database !== null) this.reconnectForever(host, host.database);
    }
    for (const client of this.clients) client.start();
  }

  host(id: NodeId): Host {
    const host = this.byId.get(id);
    if (host === undefined) throw new RangeError(`no host ${id}`);
    return host;
  }

  get goesOn(): boolean {
    return this.checks.violation === null;
  }

  /** What the engine of one host can do in this world. */
  surroundings(host: Host, database: Database): EngineSurroundings {
    return {
      database,
      random: host.random,
      reach: (id) => {
        const other = this.host(id);
        const open = this.passes(other, host) && other.database?.isUp === true;
        return open ? other.database : null;
      },
      connectUpstream: () => this.schedule.after(2, () => this.connect(host, database)),
      failChance: this.faults.actionFailChance,
    };
  }

  /** Power goes: processes and kernel vanish, the disk stays. */
  losePower(host: Host): void {
    if (!host.powered) return;
    this.trace.say(this.schedule.now, host.member.id, 'power lost');
    host.powered = false;
    host.agent.crash(false);
    host.database?.crash();
    host.lease.reset();
  }

  restorePower(host: Host): void {
    if (host.powered) return;
    this.trace.say(this.schedule.now, host.member.id, 'power back');
    host.powered = true;
    host.clock.boot(this.schedule.now);
    host.agent.startLater(this.random.integer(200, 1500));
  }

  decided(host: Host, { event, fields }: Decision): void {
    const text = `${event} ${JSON.stringify(fields)}`;
    if (COMMITTED.has(event)) {
      // Everybody applies it, and again after each restart: people want to read it once.
      if (this.told.has(text)) return;
      this.told.add(text);
    }
    this.coverage.count(`decided ${event}`);
    this.trace.say(this.schedule.now, host.member.id, text);
  }

  clientServed(database: Database, now: number): void {
    const before = this.lastServed;
    this.lastServed = { at: now, epoch: database.epoch };
    if (before !== null && before.epoch === database.epoch && now - before.at < 1000) return;
    const gap = before === null ? '' : ` after ${Math.round(now - before.at)} ms`;
    this.trace.say(now, 'client', `served by ${database.id} in epoch ${database.epoch}${gap}`);
  }

  /** Packets pass between `server`'s database port and `peer`. */
  private passes(server: Host, peer: Host): boolean {
    return (
      server.powered &&
      peer.powered &&
      this.network.isConnected(server.member.id, peer.member.id, 'databases') &&
      server.lease.admitsPeers(this.schedule.now)
    );
  }

  private connect(host: Host, database: Database): void {
    const upstreamId = database.directory?.upstream ?? null;
    if (upstreamId === null || !database.isUp || database.receiver !== null) return;
    if (database.role === 'primary' || database.flushed < database.wal.length) return;
    if (database.role === 'starting' && database.replayed === 0) return;
    const other = this.host(upstreamId);
    const upstream = other.database;
    if (upstream === null || !upstream.isUp || upstream.role === 'starting') return;
    if (!this.passes(other, host)) return;
    const { wal } = database;
    if (upstream.wal.refusal(wal.timeline, wal.length, upstream.flushed) !== null) {
      this.coverage.count('an upstream refused a standby');
      return;
    }
    this.checks.onAttached(upstream, database);
    const wire = {
      passes: () => this.passes(other, host),
      delay: () => this.network.delay(),
      later: (ms: number, action: () => void) => this.schedule.after(ms, action),
      now: () => this.schedule.now,
    };
    new Stream(upstream, database, wire, wal.length);
  }

  private reconnectForever(host: Host, database: Database): void {
    this.connect(host, database);
    this.schedule.after(RECONNECT_MS, () => this.reconnectForever(host, database));
  }

  private buildHost(member: Member, random: SeededRandom): Host {
    const database =
      member.role === 'data'
        ? new Database(member.id, this.schedule, random.fork('database'))
        : null;
    const host: { -readonly [Key in keyof Host]?: Host[Key] } = {
      member,
      clock: new HostClock(random.fork('clock')),
      lease: new PortLease(),
      disk: new NodeDisk(),
      database,
      random: random.fork('agent'),
      powered: true,
      incarnations: 0,
      slowDiskUntil: 0,
    };
    const built = host as Host & { agent: Agent };
    built.agent = new Agent(this, built);
    if (database !== null) database.onEnd = () => built.agent.databaseEnded();
    return built;
  }
}

function membersOf(mode: Mode): readonly Member[] {
  const { data, arbiters } = SHAPES[mode];
  const member = (id: string, role: Member['role']): Member => ({
    id: nodeIdOf(id),
    role,
    address: `${id}:7400`,
    ...(role === 'data' ? { database: `${id}:5432` } : {}),
    priority: 0,
  });
  return [
    ...Array.from({ length: data }, (_, index) => member(`n${index + 1}`, 'data')),
    ...Array.from({ length: arbiters }, (_, index) => member(`a${index + 1}`, 'arbiter')),
  ];
}
