import type { ActionOutcome, MemberAction } from '@mha4rdb/core';
import {
  epochOf,
  type DatabaseObservation,
  type DatabasePosition,
  type NodeId,
  type SeededRandom,
  type SynchronousRule,
} from '@mha4rdb/kernel';
import { ASSUMED_MS, COPY_PARTS } from './assumed-times.js';
import type { Database } from './database.js';
import { rewindPoint } from './rewind-point.js';
import { Wal } from './wal.js';

/** What an action on one database needs from the world. */
export interface EngineSurroundings {
  readonly database: Database;
  readonly random: SeededRandom;
  /** The other member's database, when this host can open a session there now. */
  readonly reach: (id: NodeId) => Database | null;
  /** Ends sessions and starts connecting to the upstream of the directory. */
  readonly connectUpstream: () => void;
  /** A fault: this action fails though it could have been done. */
  readonly failsAnyway: (action: string) => boolean;
}

/** What an agent knows of the action that it began. */
export interface ActionUnderWay {
  readonly id: number;
  readonly kind: MemberAction['kind'];
  cancelled: boolean;
}

/** An action under way: yields how many milliseconds pass until it goes on. */
export type ActionRun = Generator<number, ActionOutcome, void>;

const SYSTEM_ID = 'system-1';

/** Carries out what the agent asked for; the words of `MemberAction` say what each one means. */
export function* runAction(action: MemberAction, world: EngineSurroundings): ActionRun {
  const { database, random } = world;
  yield 1 + random.next() * 5;
  if (world.failsAnyway(action.kind)) return failed(`${action.kind} was made to fail`);
  switch (action.kind) {
    case 'initialize':
      yield random.integer(200, 1500);
      return initialize(database);
    case 'clone':
      return yield* clone(world, action.from);
    case 'rewind':
      return yield* rewind(world, action.from);
    case 'start':
      return yield* start(database);
    case 'stop':
      return yield* stop(database, action.mode, random);
    case 'seal':
      return yield* seal(world);
    case 'follow':
      return yield* follow(world, action.upstream, action.epoch);
    case 'promote':
      return yield* promote(database, random);
    case 'writeMarker':
      return yield* writeMarker(database, action.epoch);
    case 'applyRule':
      if (database.directory === null || database.frozen) return failed('no answer', 'timeout');
      database.setRule(action.rule);
      yield random.integer(1, 10);
      return DONE;
    case 'barrier':
      return yield* barrier(database, action.rule);
    case 'admit':
      if (database.directory === null || !database.isUp) return failed('no answer', 'timeout');
      database.directory.admits = action.who;
      yield random.integer(1, 5);
      return DONE;
    case 'checkpoint': {
      const { checkpoint, slowCheckpoint } = ASSUMED_MS;
      if (!database.isUp) return failed('no answer', 'timeout');
      const [least, most] = database.diskIsSlow ? slowCheckpoint : checkpoint;
      yield random.integer(least, most);
      return database.isUp ? DONE : failed('no answer');
    }
    case 'handOver':
      return yield* handOver(database);
  }
}

const DONE: ActionOutcome = { ok: true };

function failed(message: string, code = 'simulated'): ActionOutcome {
  return { ok: false, failure: { code, message } };
}

function initialize(database: Database): ActionOutcome {
  if (database.directory !== null) return DONE;
  const wal = new Wal();
  for (let index = 0; index < 3; index++) wal.append('base', 0);
  database.make(wal);
  return DONE;
}

/** A copy beside the old directory: until the swap at the end, nothing is changed. */
function* clone(world: EngineSurroundings, from: NodeId): ActionRun {
  const { database, random } = world;
  if (database.process !== 'stopped') return failed('the server runs');
  const steps = random.integer(...COPY_PARTS);
  for (let step = 0; step < steps; step++) {
    if (world.reach(from)?.role !== 'primary')
      return failed(`${from} does not answer`, 'unreachable');
    yield random.integer(...ASSUMED_MS.copyPart);
  }
  const source = world.reach(from);
  if (source?.role !== 'primary') return failed(`${from} does not answer`, 'unreachable');
  if (database.process !== 'stopped') return failed('the server runs');
  database.make(source.wal.copy(source.flushed));
  if (database.directory !== null) database.directory.tainted = source.directory?.tainted === true;
  return DONE;
}

function* rewind(world: EngineSurroundings, from: NodeId): ActionRun {
  const { database, random } = world;
  const { directory } = database;
  if (database.process !== 'stopped') return failed('the server runs');
  if (directory === null) return failed('no database');
  const source = world.reach(from);
  if (source?.role !== 'primary') return failed(`${from} does not answer`, 'unreachable');
  yield random.integer(...ASSUMED_MS.rewindCompare);
  directory.broken = true;
  yield random.integer(...ASSUMED_MS.rewindCopy);
  const still = world.reach(from);
  if (still?.role !== 'primary')
    return failed(`${from} went away during the rewind`, 'unreachable');
  if (database.directory !== directory) return failed('the directory was replaced');
  const point = rewindPoint(directory.wal, still.wal, still.flushed);
  if (point !== null) {
    directory.wal.rewindTo(point);
    directory.consistentAt = still.flushed;
  }
  directory.upstream = null;
  directory.admits = 'replication';
  directory.broken = false;
  return DONE;
}

function* start(database: Database): ActionRun {
  if (database.directory === null) return failed('no database');
  if (database.directory.broken) return failed('a rewind was interrupted', 'diverged');
  if (database.diskFails) return failed('the server cannot read its files');
  if (database.process === 'running' && database.role === 'primary') {
    return failed('the server runs as a primary');
  }
  database.start(null);
  const { life } = database;
  while (database.life === life) {
    if (database.isUp && database.role === 'standby') return DONE;
    yield 15;
  }
  return failed('the server ended while it started');
}

function* stop(database: Database, mode: 'fast' | 'immediate', random: SeededRandom): ActionRun {
  const { stopInOrder, stopAtOnce } = ASSUMED_MS;
  yield mode === 'fast' ? random.integer(...stopInOrder) : random.integer(...stopAtOnce);
  if (database.process === 'stopped') return DONE;
  if (mode === 'fast' && database.isUp && database.role === 'standby') database.stopClean();
  else database.crash();
  return DONE;
}

function* seal(world: EngineSurroundings): ActionRun {
  const { database, random } = world;
  if (database.directory === null) return failed('no database');
  database.directory.upstream = null;
  if (database.process !== 'running') return failed('the database does not run');
  const { life } = database;
  yield random.integer(1, 10);
  for (;;) {
    if (database.life !== life || !database.isUp) return failed('no answer', 'timeout');
    if (database.role !== 'standby') return failed('only a standby can be sealed');
    if (database.receiver !== null) database.receiver.break();
    else if (database.replayed >= database.wal.length)
      return { ok: true, position: positionOf(database) };
    database.flush();
    yield 2;
  }
}

function* follow(world: EngineSurroundings, upstream: NodeId, epoch: number): ActionRun {
  const { database, random } = world;
  if (database.directory === null) return failed('no database');
  if (database.directory.broken) return failed('a rewind was interrupted', 'diverged');
  if (database.process === 'running' && database.role === 'primary') {
    return failed('a primary cannot follow');
  }
  yield random.integer(1, 10);
  database.directory.followEpoch = epoch;
  if (database.process === 'stopped') {
    if (database.diskFails) return failed('the server cannot read its files');
    database.start(upstream);
  } else {
    if (database.frozen) return failed('no answer', 'timeout');
    database.directory.upstream = upstream;
    database.receiver?.break();
  }
  world.connectUpstream();
  return DONE;
}

function* promote(database: Database, random: SeededRandom): ActionRun {
  const { life } = database;
  if (!database.isUp || database.role === 'starting') return failed('no answer', 'timeout');
  if (database.role === 'standby') {
    const { directory } = database;
    if (directory === null || directory.upstream !== null) return failed('not sealed');
    directory.admits = 'replication';
    // The server does what it was told, also when the agent is gone or has changed its mind by then.
    database.later(random.integer(...ASSUMED_MS.promote), () => {
      if (database.role === 'standby') database.promote();
    });
  }
  while (database.life === life && database.role !== 'primary') yield 4;
  yield random.integer(1, 10);
  if (database.life !== life || !database.isUp) return failed('no answer', 'timeout');
  const { timeline, history } = database.wal;
  return {
    ok: true,
    promotion: { timeline, switchLsn: history.at(-1)?.switchLsn ?? 0, history },
  };
}

function* writeMarker(database: Database, epoch: number): ActionRun {
  if (!database.isUp || database.role !== 'primary')
    return failed('only a primary writes a marker');
  const { life } = database;
  const last = database.wal.epochAt(database.wal.length);
  if (last > epoch) return failed(`the log has a marker of epoch ${last}`);
  if (database.diskIsFull) return failed('no space left on the device');
  if (last < epoch) database.append('marker', epoch);
  const end = database.wal.length;
  while (database.life === life) {
    if (database.isUp && database.flushed >= end)
      return { ok: true, position: positionOf(database) };
    yield 2;
  }
  return failed('the server ended');
}

function* barrier(database: Database, rule: SynchronousRule): ActionRun {
  const { life } = database;
  let target: number | null = null;
  while (database.life === life) {
    if (database.isUp) {
      if (database.role !== 'primary') return failed('not a primary');
      if (!same(database.directory?.rule ?? rule, rule)) return failed('another rule is in force');
      if (target === null && database.diskIsFull) return failed('no space left on the device');
      if (target === null && same(database.effective, rule)) {
        database.append('barrier', 0);
        target = database.wal.length;
      }
      const flushed = target !== null && database.flushed >= target;
      if (flushed && database.holders(rule, target ?? 0) >= rule.acks) return DONE;
    }
    yield 8;
  }
  return failed('the server ended');
}

/** Sessions end, the log's last records go to the standbys, the server stops in order. */
function* handOver(database: Database): ActionRun {
  if (!database.isUp || database.role !== 'primary') return failed('not a primary');
  const { life } = database;
  database.endSessions();
  const end = database.wal.length;
  const epoch = database.wal.epochAt(end);
  if (database.directory !== null) database.directory.admits = 'replication';
  database.append('shutdown', 0);
  for (let waited = 0; database.life === life; waited += 10) {
    const all = database.wal.length;
    const arrived = [...database.streams.values()].every((stream) => stream.flushed >= all);
    if (database.isUp && database.flushed >= all && arrived) {
      const position = { epoch: epochOf(epoch), timeline: database.wal.timeline, lsn: end };
      database.stopClean();
      return { ok: true, position };
    }
    if (waited > 600) {
      database.crash();
      return failed('it had to be stopped at once');
    }
    yield 10;
  }
  return failed('the server ended');
}

function same(a: SynchronousRule, b: SynchronousRule): boolean {
  return a.acks === b.acks && [...a.standbys].sort().join() === [...b.standbys].sort().join();
}

function positionOf(database: Database): DatabasePosition {
  const drained = database.receiver === null && database.directory?.upstream === null;
  const lsn = database.role === 'standby' && drained ? database.replayed : database.flushed;
  return { epoch: epochOf(database.epoch), timeline: database.wal.timeline, lsn };
}

/** One look at a database, as db-probe would judge it. */
export function look(database: Database): DatabaseObservation {
  const { directory } = database;
  if (directory === null) {
    return { directory: { kind: 'empty' }, process: 'stopped', role: 'stopped', works: false };
  }
  const files = {
    directory: { kind: 'present', systemId: SYSTEM_ID },
    rule: directory.rule,
    upstream: directory.upstream,
    admits: directory.admits,
  } as const;
  if (database.process === 'stopped') {
    return { ...files, process: 'stopped', role: 'stopped', works: false };
  }
  if (database.frozen) return { ...files, process: 'running', role: 'silent', works: false };
  if (database.role === 'starting') {
    return { ...files, process: 'running', role: 'starting', works: false };
  }
  const common = {
    ...files,
    process: 'running',
    role: database.role,
    // A primary works if a write reaches its log; a standby, if it answers.
    works: database.role !== 'primary' || !database.diskIsFull,
    position: positionOf(database),
    replayedLsn: database.replayed,
    history: directory.wal.history,
  } as const;
  if (database.role === 'primary') {
    const standbys = [...database.streams.values()].map((stream) => ({
      node: stream.downstream.id,
      state: stream.isCaughtUp ? ('streaming' as const) : ('catchup' as const),
      flushedLsn: stream.flushed,
      replayedLsn: stream.flushed,
    }));
    return { ...common, standbys };
  }
  return {
    ...common,
    drained:
      directory.upstream === null &&
      database.receiver === null &&
      database.replayed >= directory.wal.length,
    receiving: database.receiver !== null,
  };
}
