import {
  initialClusterState,
  type Command,
  type ClusterState,
  type Founding,
  type MemberAction,
  type MemberRecord,
  type MemberRole,
  type NodeState,
  type PeerMessage,
  type PersistedRaft,
  type Timing,
} from '@mha4rdb/core';
import { instantOf, type Instant, type NodeId } from '@mha4rdb/kernel';
import { ScriptError } from '../script/directive.js';
import type { Database, LogRecord } from './database.js';
import type { Lease } from './lease.js';

/** One machine: the real core in its agent, and everything around it played by the script. */
export interface Host {
  readonly id: NodeId;
  readonly role: MemberRole;
  node: NodeState | null;
  raftDisk: PersistedRaft<Command, ClusterState> | null;
  memberDisk: MemberRecord | null;
  /** It took part in the founding; else it joins, under a life that it never had. */
  founds: boolean;
  lives: number;
  /** Its own configuration, where the script gave it one; else all have the world's. */
  configured: Founding | null;
  /** It has no Raft directory, and asks the others how to begin. */
  asking: boolean;
  readonly database: Database | null;
  readonly lease: Lease;
  incarnations: number;
  /** The agent gets no time; what comes meanwhile waits. */
  frozen: boolean;
  /** The whole host stands still, and so does its clock. */
  asleep: boolean;
  backlog: (() => void)[];
  /** Its clock shows `offset + rate · time`; clocks of two hosts have nothing to do with each other. */
  readonly clock: { offset: number; rate: number };
  action: { readonly id: number; readonly action: MemberAction; readonly at: number } | null;
  /** Kinds of actions that the script ends by hand, and `record` for its small file. */
  readonly holds: Set<string>;
  record: { readonly ticket: number; readonly record: MemberRecord } | null;
  /** How often this life applied each committed decision. */
  applied: Map<string, number>;
  toldLease: string;
  toldHost: string;
}

export interface Packet {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly message: PeerMessage;
}

/** A commit of a client that nobody answered yet. */
export interface Waiting {
  readonly at: NodeId;
  readonly record: LogRecord;
}

export interface HaWorld {
  readonly hosts: Map<NodeId, Host>;
  founding: Founding;
  timing: Timing;
  /** True time in milliseconds since the beginning of the script. */
  time: number;
  queue: (() => void)[];
  delayed: Packet[];
  delays: ((packet: Packet) => boolean)[];
  cuts: ((packet: Packet) => boolean)[];
  /** Pairs of databases that do not reach each other, `n1 n2`. */
  readonly apart: Set<string>;
  waiting: readonly Waiting[];
  acknowledged: LogRecord[];
  /** A script that shows loss on purpose, or two open ports under a broken assumption, says so. */
  readonly allowed: Set<string>;
  /** Log indices that are epochs or elections, in the order in which they appeared. */
  readonly marks: number[];
  /** Committed decisions that were printed; each node applies them. */
  readonly told: Map<string, number>;
  lines: string[];
  line: number;
}

export function createWorld(): HaWorld {
  return {
    hosts: new Map(),
    founding: null as unknown as Founding,
    timing: null as unknown as Timing,
    time: 0,
    queue: [],
    delayed: [],
    delays: [],
    cuts: [],
    apart: new Set(),
    waiting: [],
    acknowledged: [],
    allowed: new Set(),
    marks: [],
    told: new Map(),
    lines: [],
    line: 0,
  };
}

export function hostOf(world: HaWorld, name: string): Host {
  const host = world.hosts.get(name as NodeId);
  if (host === undefined) throw new ScriptError(`there is no member ${name}`, world.line);
  return host;
}

export function databaseOf(world: HaWorld, name: string): Database {
  const { database } = hostOf(world, name);
  if (database === null) throw new ScriptError(`${name} has no database`, world.line);
  return database;
}

export function clockOf(world: HaWorld, { clock }: Host): Instant {
  return instantOf(clock.offset + clock.rate * world.time);
}

export function say(world: HaWorld, text: string): void {
  world.lines.push(`${String(Math.round(world.time)).padStart(6)} ${text}`);
}

/**
 * `#2` for the second log index that was an epoch or an election. How many entries lie between them
 * depends on how often grants are renewed, and would change every output with every timing.
 */
export function markOf(world: HaWorld, index: number): string {
  if (index === 0) return '0';
  if (!world.marks.includes(index)) world.marks.push(index);
  return `#${world.marks.indexOf(index) + 1}`;
}

/** What was said since the last command. */
export function taken(world: HaWorld): readonly string[] {
  return world.lines.splice(0);
}

/** The replicated state of whoever has applied most: what is committed, as far as anyone knows. */
export function newestState(world: HaWorld): ClusterState {
  let newest: NodeState | null = null;
  for (const { node } of world.hosts.values()) {
    if (node !== null && (newest === null || node.raft.applied > newest.raft.applied))
      newest = node;
  }
  return newest?.cluster ?? initialClusterState(world.founding);
}
