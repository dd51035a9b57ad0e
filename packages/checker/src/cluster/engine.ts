import type { ActionOutcome, MemberAction } from '@mha4rdb/core';
import { sameRule } from '@mha4rdb/core';
import type { NodeId, SynchronousRule } from '@mha4rdb/kernel';
import { append, epochOfLog, positionOf, started, stopped, type Database } from './database.js';

/** What an action sees of the other servers. */
export interface Surroundings {
  readonly me: NodeId;
  readonly databaseOf: (id: NodeId) => Database | undefined;
  /** Standbys that stream from this server now. */
  readonly attached: readonly NodeId[];
}

/** What is left out of an engine's work, for models that must find what then goes wrong. */
export interface EngineBreaks {
  readonly sealCutsNothing?: boolean;
  readonly barrierPassesAtOnce?: boolean;
  readonly markerIsNotWritten?: boolean;
}

export interface Done {
  readonly database: Database;
  readonly outcome: ActionOutcome;
}

/**
 * Carries an action out, whole: the model lets any time pass before, and ends the agent with it done
 * or not done. Null: it still waits (the barrier); it may be told at any time that it failed.
 */
export function carryOut(
  action: MemberAction,
  database: Database,
  surroundings: Surroundings,
  breaks: EngineBreaks,
): Done | null {
  const done = (after: Database, rest: Omit<ActionOutcome, 'ok'> = {}): Done => ({
    database: after,
    outcome: { ok: true, ...rest },
  });
  const failed = (code: string): Done => failure(database, code);
  const isPrimary = database.running && database.role === 'primary';
  switch (action.kind) {
    case 'start':
      return isPrimary ? failed('primary') : done(started(database, null));
    case 'stop':
      return done(stopped(database));
    case 'seal': {
      if (!database.running || isPrimary) return failed('not-a-standby');
      const position = positionOf(database);
      const cut = breaks.sealCutsNothing ? database : { ...database, upstream: null };
      return done(cut, { position });
    }
    case 'follow':
      if (isPrimary) return failed('primary');
      return done(
        database.running
          ? { ...database, upstream: action.upstream }
          : started(database, action.upstream),
      );
    case 'promote':
      return promote(action.epoch, database, surroundings.me);
    case 'writeMarker':
      return writeMarker(action.epoch, database, breaks);
    case 'applyRule':
      return done({ ...database, rule: action.rule });
    case 'barrier':
      return barrier(action.rule, database, surroundings, breaks);
    case 'admit':
      return database.running ? done({ ...database, admits: action.who }) : failed('timeout');
    case 'checkpoint':
      return database.running ? done(database) : failed('timeout');
    case 'clone':
      return clone(database, surroundings.databaseOf(action.from));
    case 'handOver':
      return handOver(database, surroundings);
    // A rewind is taken to fail, so that the copy follows: its own rules are checked elsewhere.
    case 'rewind':
    case 'initialize':
      return failed('not-modelled');
  }
}

export function failure(database: Database, code = 'failed'): Done {
  return { database, outcome: { ok: false, failure: { code, message: code } } };
}

function promote(epoch: number, database: Database, me: NodeId): Done {
  if (!database.running) return failure(database, 'timeout');
  let after = database;
  if (database.role === 'standby') {
    if (database.upstream !== null) return failure(database, 'not-sealed');
    const { timeline, wal } = database;
    const history = [...database.history, { timeline, switchLsn: wal.length }];
    const promoted = { ...database, role: 'primary' as const, timeline: timeline + 1, history };
    after = append({ ...promoted, admits: 'replication' }, `p${me}.${epoch}`);
  }
  const { timeline, history } = after;
  const switchLsn = history.at(-1)?.switchLsn ?? 0;
  return { database: after, outcome: { ok: true, promotion: { timeline, switchLsn, history } } };
}

function writeMarker(epoch: number, database: Database, breaks: EngineBreaks): Done {
  if (!database.running || database.role !== 'primary') return failure(database, 'not-a-primary');
  const last = epochOfLog(database.wal);
  if (last > epoch) return failure(database, 'later-marker');
  const written = last === epoch || breaks.markerIsNotWritten === true;
  const after = written ? database : append(database, `m${epoch}`);
  return { database: after, outcome: { ok: true, position: positionOf(after) } };
}

function barrier(
  rule: SynchronousRule,
  database: Database,
  { databaseOf, attached }: Surroundings,
  breaks: EngineBreaks,
): Done | null {
  if (!database.running || database.role !== 'primary') return failure(database, 'not-a-primary');
  if (!sameRule(database.rule, rule)) return failure(database, 'another-rule');
  const holders = rule.standbys.filter(
    (id) => attached.includes(id) && databaseOf(id)?.wal.length === database.wal.length,
  );
  const passed = sameRule(database.effective, rule) && holders.length >= rule.acks;
  return passed || breaks.barrierPassesAtOnce === true ? { database, outcome: { ok: true } } : null;
}

function clone(database: Database, source: Database | undefined): Done {
  if (database.running) return failure(database, 'runs');
  if (source === undefined || !source.running || source.role !== 'primary') {
    return failure(database, 'unreachable');
  }
  const { wal, timeline, history } = source;
  const copy = stopped({ ...database, wal, timeline, history, upstream: null });
  return { database: copy, outcome: { ok: true } };
}

/** In order: sessions end, every attached standby gets the last record, then it stops. */
function handOver(database: Database, { databaseOf, attached }: Surroundings): Done | null {
  if (!database.running || database.role !== 'primary') return failure(database, 'not-a-primary');
  const all = attached.every((id) => databaseOf(id)?.wal.length === database.wal.length);
  if (!all) return null;
  return { database: stopped(database), outcome: { ok: true, position: positionOf(database) } };
}
