import {
  hears,
  startNode,
  stepNode,
  type ActionOutcome,
  type ClusterState,
  type Command,
  type NodeEffect,
  type NodeEvent,
  type NodeOptions,
  type Persist,
  type PersistedRaft,
} from '@mha4rdb/core';
import {
  incarnationOf,
  InvariantError,
  lifeOf,
  termOf,
  type DatabaseObservation,
} from '@mha4rdb/kernel';
import { ScriptError } from '../script/directive.js';
import { observe } from './database.js';
import { runAction } from './engine.js';
import { enforce, isOpen, leaseText } from './lease.js';
import { afterAction } from './safety.js';
import { attachedTo, holdersOf, reachable } from './streaming.js';
import { actionText, tellDecision, valueText } from './tell.js';
import { clockOf, markOf, say, type HaWorld, type Host } from './world.js';

type Untimed<Kind> = Kind extends NodeEvent ? Omit<Kind, 'now' | 'wall'> : never;

/** Starts the agent's next life, from what its disk holds; with an empty one as `entry` says. */
export function startAgent(world: HaWorld, host: Host, entry = entryOf(host)): void {
  host.incarnations += 1;
  host.asking = false;
  // Beside a database that runs, leases stay for the life that may adopt it; else they are swept.
  if (host.database?.process === 'stopped') enforce(host.lease, { kind: 'closed' });
  say(world, `${host.id} agent starts, life ${host.incarnations}`);
  guarded(world, host, () =>
    startNode(
      {
        me: host.id,
        role: host.role,
        timing: world.timing,
        founding: host.configured ?? world.founding,
        incarnation: incarnationOf(host.incarnations),
        entry,
        nonce: 'c',
        seed: host.incarnations * 1000 + Number(host.id.replace(/\D/g, '')),
      },
      { raft: host.raftDisk, member: host.memberDisk },
      clockOf(world, host),
      world.time,
    ),
  );
  look(world, host);
}

/** With an empty Raft directory it founds, or joins under a life that it never had (R8). */
function entryOf(host: Host): NodeOptions['entry'] {
  if (host.founds) return { kind: 'found' };
  if (host.raftDisk === null) host.lives += 1;
  return { kind: 'join', life: lifeOf(host.lives) };
}

/** The process ends: all that is not on disk is gone, and so is the action that it carried out. */
export function endAgent(host: Host): void {
  host.node = null;
  host.action = null;
  host.record = null;
  host.applied = new Map();
  host.frozen = false;
  host.backlog = [];
}

/** The loop takes an event now; a frozen one takes it when it goes on. */
export function take(world: HaWorld, host: Host, event: Untimed<NodeEvent>): void {
  if (host.node === null) return;
  if (host.frozen || host.asleep) return void host.backlog.push(() => take(world, host, event));
  const now = clockOf(world, host);
  guarded(world, host, () => {
    if (host.node === null) throw new ScriptError(`${host.id} is down`, world.line);
    return stepNode(host.node, { ...event, now, wall: world.time });
  });
}

function guarded(
  world: HaWorld,
  host: Host,
  run: () => { readonly state: Host['node']; readonly effects: readonly NodeEffect[] },
): void {
  try {
    const { state, effects } = run();
    host.node = state;
    for (const effect of effects) carryOut(world, host, effect);
  } catch (error) {
    if (!(error instanceof InvariantError)) throw error;
    endAgent(host);
    say(world, `${host.id} ENDS ITSELF: ${error.message}`);
  }
}

function carryOut(world: HaWorld, host: Host, effect: NodeEffect): void {
  switch (effect.type) {
    case 'persistRaft': {
      const { persist } = effect;
      world.queue.push(() => {
        if (host.node === null) return;
        host.raftDisk = written(host.raftDisk, persist);
        take(world, host, { type: 'raftPersisted', ticket: persist.ticket });
      });
      return;
    }
    case 'persistMember':
      host.record = { ticket: effect.ticket, record: effect.record };
      if (!host.holds.has('record')) world.queue.push(() => persistRecord(world, host));
      return;
    case 'send': {
      const packet = { from: host.id, to: effect.to, message: effect.message };
      if (world.cuts.some((cuts) => cuts(packet))) return;
      if (world.delays.some((delays) => delays(packet))) return void world.delayed.push(packet);
      world.queue.push(() => deliver(world, packet));
      return;
    }
    case 'startAction':
      host.action = { id: effect.id, action: effect.action, at: world.time };
      return say(world, `${host.id} begins ${actionText(world, effect.action)}`);
    case 'cancelAction':
      if (host.action?.id !== effect.id) return;
      return endAction(world, host, {
        ok: false,
        failure: { code: 'cancelled', message: 'cancelled' },
      });
    case 'fence':
      enforce(host.lease, effect.wish);
      return tellLease(world, host);
    case 'decided':
      return tellDecision(world, host, effect.decision);
    case 'reply': {
      const { id, kind, ...rest } = effect.reply;
      const more = Object.values(rest).filter((value) => value !== null);
      return say(world, `${host.id} answers ${id}: ${[kind, ...more].map(valueText).join(' ')}`);
    }
    case 'shutdownReady':
      say(world, `${host.id} agent ends in order`);
      world.queue.push(() => endAgent(host));
      return;
    case 'published':
    case 'changed':
      return;
  }
}

export function deliver(world: HaWorld, { from, to, message }: HaWorld['delayed'][number]): void {
  const target = world.hosts.get(to);
  if (target?.node == null || !hears(target.node, from)) return;
  take(world, target, { type: 'received', from, message });
}

/** The member's small file is on disk. */
export function persistRecord(world: HaWorld, host: Host): void {
  const { record } = host;
  if (record === null || host.node === null) return;
  host.memberDisk = record.record;
  host.record = null;
  const { promise, released, mustStream } = record.record;
  const more = [
    ...(released === null ? [] : [`released epoch ${markOf(world, released.epoch)}`]),
    ...(mustStream ? ['must stream first'] : []),
  ];
  say(
    world,
    `${host.id} disk: promise ${markOf(world, promise)}${more.map((text) => `, ${text}`).join('')}`,
  );
  take(world, host, { type: 'memberPersisted', ticket: record.ticket });
}

/** The action that is under way is carried out now, or ended as the script says. */
export function endAction(world: HaWorld, host: Host, given?: ActionOutcome): void {
  const { action, database } = host;
  if (action === null || database === null) return;
  host.action = null;
  const outcome =
    given ??
    runAction(
      action.action,
      database,
      (id) => reachable(world, host.id, id),
      (rule, lsn) => holdersOf(world, host, rule, lsn),
    );
  if (!outcome.ok) {
    say(world, `${host.id} ${action.action.kind} failed: ${outcome.failure?.message ?? ''}`);
  }
  if (outcome.ok) afterAction(world, host, action.action);
  const seen = { startedAt: clockOf(world, host), database: seenBy(world, host) };
  take(world, host, { type: 'actionEnded', id: action.id, outcome, look: seen });
}

export function look(world: HaWorld, host: Host): void {
  if (host.database === null) return;
  const startedAt = clockOf(world, host);
  take(world, host, { type: 'observed', startedAt, database: seenBy(world, host) });
}

function seenBy(world: HaWorld, host: Host): DatabaseObservation {
  if (host.database === null) throw new ScriptError(`${host.id} has no database`, world.line);
  return observe(host.database, attachedTo(world, host));
}

/** What the kernel enforces, told to the agent and to the reader when it changes. */
export function tellLease(world: HaWorld, host: Host): void {
  if (host.database === null) return;
  const now = clockOf(world, host);
  const text = leaseText(host.lease, now);
  if (text !== host.toldLease) say(world, `${host.id} port: ${text}`);
  host.toldLease = text;
  if (host.node === null || host.toldHost === text) return;
  host.toldHost = text;
  const open = isOpen(host.lease, now);
  const vip = open && host.lease.vip;
  world.queue.push(() =>
    take(world, host, {
      type: 'hostObserved',
      host: {
        fencing: 'address+port',
        vip,
        vips: [{ address: '10.0.0.100', held: vip }],
        vipMs: 5,
        open: open || !host.lease.table,
      },
    }),
  );
}

type Disk = PersistedRaft<Command, ClusterState>;

function written(disk: Disk | null, write: Persist<Command, ClusterState>): Disk {
  const { hardState, truncateFrom = Infinity, snapshot, entries } = write;
  const before = disk ?? {
    hardState: { term: termOf(0), votedFor: null },
    snapshot: null,
    entries: [],
  };
  return {
    hardState: hardState ?? before.hardState,
    snapshot: snapshot ?? before.snapshot,
    entries: [...before.entries.filter(({ index }) => index < truncateFrom), ...entries],
  };
}
