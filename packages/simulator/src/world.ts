import {
  COMMITTED_DECISIONS,
  type Decision,
  type Founding,
  type Member,
  type Timing,
} from '@mha4rdb/core';
import { seededRandom, type NodeId, type SeededRandom } from '@mha4rdb/kernel';
import { Agent } from './agent.js';
import { Checks } from './checks.js';
import { Client } from './client.js';
import { HostClock } from './clock.js';
import { Coverage } from './coverage.js';
import { Database } from './database.js';
import type { EngineSurroundings } from './engine.js';
import { Faults } from './faults.js';
import { isAwake, type Host } from './host.js';
import { Network } from './network.js';
import { simulatedMember, type SimulationOptions } from './options.js';
import type { ScriptedFault } from './fault.js';
import { PortLease } from './port-lease.js';
import { NodeDisk } from './raft-disk.js';
import { Recorder } from './recorder.js';
import { Schedule } from './schedule.js';
import { Situations } from './situations.js';
import { Stream } from './stream.js';
import { Trace } from './trace.js';

/** How long a standby waits before it tries its upstream again. */
const RECONNECT_MS = 150;

/** The longest grant that a planned restart keeps (protocol §4). */
const KEEP_AT_MOST_MS = 15_000;

/** Longer than elections and promotions take (in all but the slowest presets). */
const QUIET_AFTER_MS = 5000;

const SOUND = { slowUntil: 0, fullUntil: 0, failsUntil: 0 };

/** How a run is looked at; nothing of it changes the run. */
export interface Watching {
  /** Takes each line of the timeline at once. */
  readonly print?: ((line: string) => void) | null;
  /** The result holds a record for pictures. */
  readonly recorded?: boolean;
}

/** One whole cluster with its clients, hosts, disks and network. Everything in it is deterministic. */
export class World {
  readonly schedule = new Schedule();
  readonly coverage = new Coverage();
  readonly trace: Trace;
  readonly recorder: Recorder;
  readonly situations = new Situations(this);
  readonly checks: Checks;
  readonly network: Network;
  readonly timing: Timing;
  readonly founding: Founding;
  /** Grows as members are added; nobody is taken out. */
  readonly hosts: Host[];
  readonly clients: readonly Client[];
  readonly faults: Faults;
  readonly random: SeededRandom;
  private readonly root: SeededRandom;
  private readonly told = new Set<string>();
  private readonly byId = new Map<string, Host>();
  private operations = 0;
  private lastServed: { readonly at: number; readonly epoch: number } | null = null;

  constructor(
    readonly options: SimulationOptions,
    { print, recorded }: Watching,
  ) {
    this.recorder = new Recorder(recorded === true);
    const root = seededRandom(options.seed);
    this.root = root;
    this.random = root.fork('world');
    this.trace = new Trace(print ?? null);
    this.network = new Network(this.schedule, root.fork('network'), options.weather);
    this.timing = options.timing;
    this.founding = {
      name: 'simulated',
      members: options.members,
      settings: { durability: options.durability },
      grantMs: this.timing.grant,
    };
    this.hosts = this.founding.members.map((member) =>
      this.buildHost(member, root.fork(member.id), true),
    );
    for (const host of this.hosts) this.byId.set(host.member.id, host);
    this.checks = new Checks(this);
    this.faults = new Faults(this, root.fork('faults'));
    this.clients = [new Client(this, 'client'), new Client(this, 'client')];
    for (const host of this.hosts) {
      this.schedule.after(this.random.integer(0, 300), () => host.agent.start());
    }
    for (const client of this.clients) client.start();
  }

  host(id: string): Host {
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
      connectUpstream: () => this.keepConnecting(host, database),
      failsAnyway: (action) => this.faults.actionFails(host, action),
    };
  }

  /** Power goes: processes and kernel vanish, the disk stays. */
  losePower(host: Host): void {
    if (!host.powered) return;
    host.powered = false;
    host.asleep = false;
    host.agent.crash(false);
    host.database?.crash();
    host.lease.reset();
    this.situations.powerLost();
  }

  restorePower(host: Host): void {
    if (host.powered) return;
    host.powered = true;
    host.clock.boot(this.schedule.now);
    host.agent.startLater(this.random.integer(200, 1500));
  }

  /** The machine of a new member, with an empty disk: its agent starts and asks the others. */
  install({ member: id, detail }: ScriptedFault): void {
    if (id === undefined || this.byId.has(id)) return;
    const role = detail === 'arbiter' ? 'arbiter' : 'data';
    const host = this.buildHost(simulatedMember(id, role), this.root.fork(id), false);
    this.hosts.push(host);
    this.byId.set(id, host);
    host.agent.startLater(this.random.integer(0, 1000));
  }

  /** The agent ends, and what it had on disk is gone; the database's files stay. */
  loseRaftDirectory(host: Host, record: boolean): void {
    host.agent.crash(false);
    host.disk.wipe(record);
    host.founds = false;
    host.agent.startLater(this.random.integer(300, 3000));
  }

  /** As its configuration file has it: whoever is not founding is given the present members. */
  foundingFor(host: Host): Founding {
    if (host.founds) return this.founding;
    const others = this.configuredBeside(host).map((id) => this.host(id).member);
    return { ...this.founding, members: [...others, host.member] };
  }

  /** Whom the configuration file of this host names besides itself: its operators keep it up to date. */
  configuredBeside(host: Host): readonly NodeId[] {
    const members = this.checks.newest?.members ?? this.founding.members;
    return members.map(({ id }) => id).filter((id) => id !== host.member.id);
  }

  /** The machine stops with everything on it, its clock and its kernel's timers included. */
  fallAsleep(host: Host): void {
    if (!isAwake(host)) return;
    const { now } = this.schedule;
    const local = host.clock.read(now);
    const member = host.agent.state?.member;
    // What was asked for before may still be granted after it, counted from before.
    const longest = member?.shutdown === 'keep' ? KEEP_AT_MOST_MS : this.timing.grant;
    host.untrustedUntil = Math.max(local + longest, member?.grant?.end ?? 0, host.lease.lastEnd);
    host.asleep = true;
    host.clock.stop(now);
    host.agent.freeze();
    host.database?.freeze();
  }

  /** It goes on where it stood; an agent that was suspended (not paused) notices first of all. */
  wakeUp(host: Host, noticedMs: number): void {
    if (!host.asleep) return;
    host.asleep = false;
    host.clock.goOn(this.schedule.now);
    host.database?.thaw();
    if (noticedMs > 0) host.agent.noticeGap(noticedMs);
    host.agent.thaw();
    if (!host.agent.isAlive) host.agent.startLater(this.random.integer(200, 1500));
  }

  /** Whatever is broken on this host is mended. */
  mend(host: Host): void {
    this.restorePower(host);
    this.wakeUp(host, 0);
    host.slowDiskUntil = 0;
    host.diskFailsUntil = 0;
    const { agent, database } = host;
    if (database !== null) Object.assign(database.disk, SOUND);
    agent.thaw();
    database?.thaw();
    if (!agent.isAlive) agent.startLater(100);
  }

  /** Nothing worth a line happened for a while: clients need not hurry. */
  get isQuiet(): boolean {
    if (this.options.steadyClients === true) return false;
    return this.schedule.now - this.trace.lastAt > QUIET_AFTER_MS;
  }

  /** One line of the timeline. */
  tell(who: string, text: string): void {
    this.trace.say(this.schedule.now, who, text);
  }

  nextOperation(): number {
    this.operations += 1;
    return this.operations;
  }

  /** After each event: what is recorded, and whether the run goes on. */
  afterEvent(): boolean {
    this.checks.afterEvent();
    if (this.recorder.wanted) {
      for (const host of this.hosts) this.recorder.look(host, this.schedule.now);
    }
    return this.goesOn;
  }

  decided(host: Host, decision: Decision): void {
    const { event, fields } = decision;
    const text = `${event} ${JSON.stringify(fields)}`;
    if (COMMITTED_DECISIONS.has(event)) {
      // Everybody applies it, and again after each restart: people want to read it once.
      if (this.told.has(text)) return;
      this.told.add(text);
    }
    this.coverage.count(`decided ${event}`);
    if (event === 'retired') this.situations.learnedItsRemoval(host);
    this.recorder.decided(host, this.schedule.now, decision);
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
      isAwake(server) &&
      isAwake(peer) &&
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

  /** Again and again while the server wants to stream and does not: as its receiver would. */
  private keepConnecting(host: Host, database: Database): void {
    if (database.connecting) return;
    database.connecting = true;
    const again = (): void => {
      this.connect(host, database);
      const upstream = database.directory?.upstream ?? null;
      if (database.receiver === null && upstream !== null && database.process === 'running') {
        this.schedule.after(RECONNECT_MS, again);
      } else database.connecting = false;
    };
    this.schedule.after(2, again);
  }

  private buildHost(member: Member, random: SeededRandom, founds: boolean): Host {
    const database =
      member.role === 'data'
        ? new Database(member.id, this.schedule, random.fork('database'))
        : null;
    const clock = new HostClock(random.fork('clock'));
    const host: { -readonly [Key in keyof Host]?: Host[Key] } = {
      member,
      clock,
      lease: new PortLease(clock),
      disk: new NodeDisk(),
      database,
      random: random.fork('agent'),
      powered: true,
      founds,
      incarnations: 0,
      slowDiskUntil: 0,
      diskFailsUntil: 0,
      diskFailure: 'full',
      asleep: false,
      untrustedUntil: 0,
    };
    const built = host as Host & { agent: Agent };
    built.agent = new Agent(this, built);
    if (database !== null) {
      database.onEnd = () => built.agent.databaseEnded();
      database.onDisconnected = () => this.keepConnecting(built, database);
    }
    return built;
  }
}
