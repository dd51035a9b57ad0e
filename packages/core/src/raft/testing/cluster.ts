import {
  durationOf,
  instantOf,
  nodeIdOf,
  seededRandom,
  type Instant,
  type NodeId,
  type SeededRandom,
} from '@mha4rdb/kernel';
import type { Persist, RaftEffect } from '../effect.js';
import type { LogEntry } from '../entry.js';
import type { RaftEvent } from '../event.js';
import type { RaftMessage } from '../message.js';
import type { RaftOptions } from '../options.js';
import type { PersistedRaft } from '../source.js';
import type { RaftState } from '../state.js';
import type { StepResult } from '../step-result.js';
import { configurationOf, type Configuration } from '../membership/configuration.js';
import { shouldCompact } from '../snapshot/compact.js';
import { startRaft } from '../start.js';
import { step } from '../step.js';

export type Message = RaftMessage<string, readonly string[]>;
export type State = RaftState<string, readonly string[]>;
export type Disk = PersistedRaft<string, readonly string[]>;
export type Write = Persist<string, readonly string[]>;

/** Applied so far: what the state machine of a test is. */
export interface Host {
  /** Its Raft identity. */
  readonly id: NodeId;
  /** How it begins on an empty disk; `lost`: its disk is gone, and this identity with it (R8): never started again. */
  entry: 'found' | 'join' | 'lost';
  state: State | null;
  disk: Disk | null;
  /** Out, and not yet durable. */
  write: Write | null;
  machine: readonly string[];
  /** Applied entries since the last start, for the checker. */
  appliedFrom: number;
}

/** A message on its way. */
export interface Packet {
  readonly id: number;
  readonly message: Message;
}

export const OPTIONS = {
  clusterName: 'test',
  heartbeat: durationOf(50),
  electionMin: durationOf(150),
  electionMax: durationOf(300),
};

/** A cluster in one place, driven by hand or by a seeded loop. Everything in it is deterministic. */
export interface Cluster {
  readonly hosts: Map<NodeId, Host>;
  readonly random: SeededRandom;
  readonly configuration: Configuration;
  readonly net: Packet[];
  /** Called after every event, with the host that stepped and what came of it. */
  readonly observers: ((host: Host, result: StepResult<string, readonly string[]>) => void)[];
  now: Instant;
  nextPacket: number;
}

export function idsOf(...names: readonly string[]): NodeId[] {
  return names.map(nodeIdOf);
}

/** Every node bootstrapped with the same configuration, its first write not yet durable. */
export function createCluster(configuration: Configuration, seed: number): Cluster {
  const ids = [...configuration.voters, ...configuration.learners];
  const cluster: Cluster = {
    hosts: new Map(ids.map((id) => [id, emptyHost(id, 'found')])),
    random: seededRandom(seed),
    configuration,
    net: [],
    observers: [],
    now: instantOf(1000),
    nextPacket: 1,
  };
  for (const id of ids) start(cluster, id);
  return cluster;
}

/** Voters named a, b, c, … */
export function voters(count: number): Configuration {
  return configurationOf(idsOf(...'abcdefghi'.slice(0, count)));
}

function emptyHost(id: NodeId, entry: Host['entry']): Host {
  return { id, entry, state: null, disk: null, write: null, machine: [], appliedFrom: 0 };
}

/** A new host with an empty disk, in no configuration yet. */
export function join(cluster: Cluster, id: NodeId): void {
  cluster.hosts.set(id, emptyHost(id, 'join'));
  start(cluster, id);
}

/**
 * The disk of `id` is gone for ever; what comes back on its machine is `successor`. What it had
 * acknowledged before stays known to the checks: an answer of it may still be on its way.
 */
export function loseDisk(cluster: Cluster, id: NodeId, successor: NodeId): void {
  const { disk } = hostOf(cluster, id);
  cluster.hosts.set(id, { ...emptyHost(id, 'lost'), disk });
  join(cluster, successor);
}

export function hostOf(cluster: Cluster, id: NodeId): Host {
  const host = cluster.hosts.get(id);
  if (host === undefined) throw new RangeError(`no host ${id}`);
  return host;
}

export function stateOf(cluster: Cluster, id: NodeId): State {
  const { state } = hostOf(cluster, id);
  if (state === null) throw new RangeError(`${id} is down`);
  return state;
}

/** Starts a host from its disk, or for the first time. */
export function start(cluster: Cluster, id: NodeId): void {
  const host = hostOf(cluster, id);
  if (host.entry === 'lost') return;
  const options: RaftOptions = { ...OPTIONS, id };
  const result = startRaft<string, readonly string[]>(
    options,
    sourceOf(cluster, host),
    cluster.now,
    cluster.random.integer(0, 0xffffffff),
  );
  absorb(cluster, host, result);
}

function sourceOf({ configuration }: Cluster, { disk, entry }: Host) {
  const joined = disk?.hardState.life !== undefined;
  if (disk !== null && (disk.snapshot !== null || joined)) {
    return { kind: 'disk', persisted: disk } as const;
  }
  return entry === 'join'
    ? ({ kind: 'join' } as const)
    : ({ kind: 'bootstrap', configuration, machine: [] } as const);
}

/** Loses all that is not on disk; of a write that was out, any prefix may have reached it. */
export function crash(cluster: Cluster, id: NodeId): void {
  const host = hostOf(cluster, id);
  if (host.write !== null) host.disk = partlyWritten(cluster.random, host.disk, host.write);
  host.state = null;
  host.write = null;
  host.machine = [];
}

export function dispatch(
  cluster: Cluster,
  id: NodeId,
  event: RaftEvent<string, readonly string[]>,
): StepResult<string, readonly string[]> {
  const result = step(stateOf(cluster, id), event);
  absorb(cluster, hostOf(cluster, id), result);
  return result;
}

/** The write that is out has reached the disk. */
export function persist(cluster: Cluster, id: NodeId): boolean {
  const host = hostOf(cluster, id);
  if (host.state === null || host.write === null) return false;
  const { ticket } = host.write;
  host.disk = written(host.disk, host.write);
  host.write = null;
  dispatch(cluster, id, { kind: 'persisted', now: cluster.now, ticket });
  return true;
}

export function tick(cluster: Cluster, id: NodeId): void {
  if (hostOf(cluster, id).state === null) return;
  dispatch(cluster, id, { kind: 'tick', now: cluster.now });
}

export function deliver(cluster: Cluster, message: Message): void {
  if (cluster.hosts.get(message.to)?.state == null) return;
  dispatch(cluster, message.to, { kind: 'receive', now: cluster.now, message });
}

/** Takes the snapshot that is due, or one at will. */
export function compact(cluster: Cluster, id: NodeId): void {
  const host = hostOf(cluster, id);
  if (host.state === null) return;
  const { now } = cluster;
  const { applied } = host.state;
  dispatch(cluster, id, { kind: 'compact', now, index: applied, machine: host.machine });
}

function absorb(cluster: Cluster, host: Host, result: StepResult<string, readonly string[]>): void {
  host.state = result.state;
  for (const effect of result.effects) carryOut(cluster, host, effect);
  for (const observe of cluster.observers) observe(host, result);
  if (shouldCompact(host.state)) compact(cluster, host.id);
}

function carryOut(
  cluster: Cluster,
  host: Host,
  effect: RaftEffect<string, readonly string[]>,
): void {
  switch (effect.kind) {
    case 'send':
      cluster.net.push({ id: cluster.nextPacket++, message: effect.message });
      return;
    case 'persist':
      if (host.write !== null) throw new RangeError(`${host.id} has two writes out`);
      host.write = effect;
      return;
    case 'apply':
      host.machine = host.machine.concat(effect.entries.flatMap(commandOf));
      return;
    case 'restoreSnapshot':
      host.machine = effect.snapshot.machine;
      host.appliedFrom = effect.snapshot.index;
      return;
    case 'roleChanged':
      return;
  }
}

function commandOf({ payload }: LogEntry<string>): string[] {
  return payload.kind === 'command' ? [payload.command] : [];
}

const BLANK: Disk = {
  hardState: { term: 0 as never, votedFor: null },
  snapshot: null,
  entries: [],
};

function written(disk: Disk | null, write: Write): Disk {
  return partsOf(write, write.entries.length).reduce(
    (content, part) => part(content),
    disk ?? BLANK,
  );
}

/** A prefix of the write: some of its parts, and of its entries the first few. */
function partlyWritten(random: SeededRandom, disk: Disk | null, write: Write): Disk | null {
  const parts = partsOf(write, random.integer(0, write.entries.length));
  const reached = random.integer(0, parts.length);
  if (reached === 0) return disk;
  return parts.slice(0, reached).reduce((content, part) => part(content), disk ?? BLANK);
}

/** The parts of a write, in the order in which a disk may receive them. */
function partsOf(write: Write, entryCount: number): ((disk: Disk) => Disk)[] {
  const { hardState, truncateFrom, snapshot } = write;
  const parts: ((disk: Disk) => Disk)[] = [];
  if (hardState !== undefined) parts.push((disk) => ({ ...disk, hardState }));
  if (truncateFrom !== undefined) {
    parts.push((disk) => ({
      ...disk,
      entries: disk.entries.filter(({ index }) => index < truncateFrom),
    }));
  }
  if (snapshot !== undefined) parts.push((disk) => ({ ...disk, snapshot }));
  parts.push((disk) => withEntries(disk, write.entries.slice(0, entryCount)));
  return parts;
}

/** Entries below the snapshot are dropped late, as a disk may. */
function withEntries(disk: Disk, entries: Write['entries']): Disk {
  const [first] = entries;
  if (first === undefined) return disk;
  const snapshotIndex = disk.snapshot?.index ?? 0;
  const last = Math.max(disk.entries.at(-1)?.index ?? 0, snapshotIndex);
  if (first.index !== last + 1) {
    throw new RangeError(`entry ${first.index} was written after ${last}`);
  }
  const old = disk.entries.length > 100 && (disk.entries[50]?.index ?? 0) < snapshotIndex;
  const kept = old ? disk.entries.filter(({ index }) => index > snapshotIndex) : disk.entries;
  return { ...disk, entries: kept.concat(entries) };
}
