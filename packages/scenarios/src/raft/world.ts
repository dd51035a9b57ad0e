import {
  startRaft,
  stepRaft,
  type Configuration,
  type RaftEffect,
  type RaftEvent,
  type RaftState,
  type StepResult,
} from '@mha4rdb/core';
import {
  addDuration,
  durationOf,
  instantOf,
  InvariantError,
  nodeIdOf,
  type Instant,
  type NodeId,
} from '@mha4rdb/kernel';
import { ScriptError } from '../script/directive.js';
import { afterParts, partsOf, type Disk, type Write } from './disk.js';
import { entriesText, messageText, roleText, type Message } from './print.js';
import { checkSafety, newLedger, type Ledger } from './safety.js';

export type State = RaftState<string, readonly string[]>;
export type Result = StepResult<string, readonly string[]>;
export type Event = RaftEvent<string, readonly string[]>;

/** One node: the real state, and a disk, an outgoing write and a machine played by the script. */
export interface Host {
  readonly id: NodeId;
  state: State | null;
  disk: Disk | null;
  /** Out, and not yet durable. */
  write: Write | null;
  /** fsync hangs: writes stay out until the script lets them go. */
  hung: boolean;
  machine: readonly string[];
}

/** One line of output. What is not wanted is left out by its kind, so that an output stays readable. */
export interface Line {
  readonly kind: 'delivered' | 'sent' | 'disk' | 'effect';
  readonly text: string;
}

export interface RaftWorld {
  readonly hosts: Map<NodeId, Host>;
  /** On their way, oldest first. */
  net: Message[];
  /** Held back by the script until it lets them arrive. */
  delayed: Message[];
  /** A message that one of these names is lost when it is sent. */
  cuts: ((message: Message) => boolean)[];
  configuration: Configuration | null;
  now: Instant;
  starts: number;
  /** The line of the script that is played, for messages. */
  line: number;
  readonly ledger: Ledger;
}

export const OPTIONS = {
  clusterName: 'scenario',
  heartbeat: durationOf(50),
  electionMin: durationOf(150),
  electionMax: durationOf(300),
};

export function createWorld(): RaftWorld {
  return {
    hosts: new Map(),
    net: [],
    delayed: [],
    cuts: [],
    configuration: null,
    now: instantOf(1000),
    starts: 0,
    line: 0,
    ledger: newLedger(),
  };
}

export function hostOf(world: RaftWorld, name: string): Host {
  const host = world.hosts.get(name as NodeId);
  if (host === undefined) throw new ScriptError(`there is no node ${name}`, world.line);
  return host;
}

export function stateOf(world: RaftWorld, name: string): State {
  const { state } = hostOf(world, name);
  if (state === null) throw new ScriptError(`${name} is down`, world.line);
  return state;
}

export function addHost(world: RaftWorld, name: string, disk: Disk | null): Host {
  const id = nodeIdOf(name);
  if (world.hosts.has(id)) throw new ScriptError(`there is a node ${name} already`, world.line);
  const host: Host = { id, state: null, disk, write: null, hung: false, machine: [] };
  world.hosts.set(id, host);
  return host;
}

/** Starts a node from its disk; without one it founds the cluster, or waits to be told (`join`). */
export function start(world: RaftWorld, host: Host, join = false): readonly Line[] {
  const { configuration } = world;
  const source =
    host.disk !== null && (host.disk.snapshot !== null || join)
      ? ({ kind: 'disk', persisted: host.disk } as const)
      : join || configuration === null
        ? ({ kind: 'join' } as const)
        : ({ kind: 'bootstrap', configuration, machine: [] } as const);
  world.starts += 1;
  return guarded(world, host, () =>
    startRaft<string, readonly string[]>(
      { ...OPTIONS, id: host.id },
      source,
      world.now,
      world.starts,
    ),
  ).lines;
}

type Untimed<Kind> = Kind extends Event ? Omit<Kind, 'now'> : never;

/** One event at one node, now; what it brought, and what the call itself answered. */
export function feed(
  world: RaftWorld,
  host: Host,
  event: Untimed<Event>,
): { readonly lines: readonly Line[]; readonly result: Result | null } {
  const { state } = host;
  if (state === null) return { lines: [effect(host, 'is down')], result: null };
  return guarded(world, host, () => stepRaft(state, { ...event, now: world.now }));
}

/** A broken invariant ends the process of that node, loudly; the cluster goes on without it. */
function guarded(
  world: RaftWorld,
  host: Host,
  run: () => Result,
): { readonly lines: readonly Line[]; readonly result: Result | null } {
  let result: Result;
  try {
    result = run();
  } catch (error) {
    if (!(error instanceof InvariantError)) throw error;
    stop(host);
    return { lines: [effect(host, `ENDS ITSELF: ${error.message}`)], result: null };
  }
  host.state = result.state;
  const lines = result.effects.flatMap((one) => carryOut(world, host, one));
  checkSafety(world, host, result);
  return { lines, result };
}

export function stop(host: Host): void {
  host.state = null;
  host.write = null;
  host.machine = [];
}

function carryOut(
  world: RaftWorld,
  host: Host,
  one: RaftEffect<string, readonly string[]>,
): readonly Line[] {
  switch (one.kind) {
    case 'send': {
      const lost = world.cuts.some((cuts) => cuts(one.message));
      if (!lost) world.net.push(one.message);
      return [{ kind: 'sent', text: `${messageText(one.message)}${lost ? ' (lost)' : ''}` }];
    }
    case 'persist':
      if (host.write !== null) throw new ScriptError(`${host.id} has two writes out`, world.line);
      host.write = one;
      return [];
    case 'apply':
      host.machine = [
        ...host.machine,
        ...one.entries.flatMap(({ payload }) =>
          payload.kind === 'command' ? [payload.command] : [],
        ),
      ];
      return [effect(host, `applied ${entriesText(one.entries)}`)];
    case 'restoreSnapshot': {
      const { index, term, machine } = one.snapshot;
      host.machine = machine;
      return [effect(host, `restored snapshot ${index}/${term}`)];
    }
    case 'roleChanged':
      return [effect(host, roleText(one))];
  }
}

export function effect(host: Pick<Host, 'id'>, text: string): Line {
  return { kind: 'effect', text: `${host.id} ${text}` };
}

/** The write that is out has reached the disk. */
export function persist(world: RaftWorld, host: Host): readonly Line[] {
  const { write } = host;
  if (write === null) return [];
  const parts = partsOf(write);
  host.disk = afterParts(host.disk, parts, parts.length);
  host.write = null;
  return [
    { kind: 'disk', text: `${host.id} disk: ${writeText(write)}` },
    ...feed(world, host, { kind: 'persisted', ticket: write.ticket }).lines,
  ];
}

export function writeText(write: Write): string {
  const parts = partsOf({ ...write, entries: [] }).map(({ text }) => text);
  if (write.entries.length > 0) parts.push(entriesText(write.entries));
  return parts.join('; ');
}

export function deliver(world: RaftWorld, message: Message): readonly Line[] {
  const host = world.hosts.get(message.to);
  const text = messageText(message);
  if (host?.state == null) return [{ kind: 'delivered', text: `${text} (nobody there)` }];
  return [{ kind: 'delivered', text }, ...feed(world, host, { kind: 'receive', message }).lines];
}

export function pass(world: RaftWorld, milliseconds: number): void {
  world.now = addDuration(world.now, milliseconds);
}

/** Lines as text: what a node did is indented below the message or the write that made it do so. */
export function shown(
  lines: readonly Line[],
  kinds: readonly Line['kind'][] = ['delivered', 'sent', 'disk', 'effect'],
): readonly string[] {
  let caused = false;
  return lines
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ kind, text }) => {
      const isCause = kind === 'delivered' || kind === 'disk';
      caused ||= isCause;
      return isCause || !caused ? text : `  ${text}`;
    });
}
