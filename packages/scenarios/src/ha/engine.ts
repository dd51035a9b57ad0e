import type { ActionOutcome, MemberAction } from '@mha4rdb/core';
import type { NodeId } from '@mha4rdb/kernel';
import {
  appendRecord,
  commonLength,
  emptyDatabase,
  epochIn,
  NO_RULE,
  positionOf,
  type Database,
} from './database.js';

const DONE: ActionOutcome = { ok: true };

export function failed(code: string, message: string): ActionOutcome {
  return { ok: false, failure: { code, message } };
}

/** Carries out a whole action at once. `reach` is another member's database, if it can be asked. */
export function runAction(
  action: MemberAction,
  database: Database,
  reach: (id: NodeId) => Database | null,
  holders: (rule: Database['rule'], lsn: number) => number,
): ActionOutcome {
  switch (action.kind) {
    case 'initialize':
      appendRecord(database, 'base', 'base');
      database.directory = 'present';
      return DONE;
    case 'clone':
    case 'rewind':
      return copy(action.kind, database, reach(action.from));
    case 'start':
      Object.assign(database, { process: 'running', role: standbyOf(database), upstream: null });
      return DONE;
    case 'stop':
      Object.assign(database, { process: 'stopped', receiving: false });
      return DONE;
    case 'seal':
      if (database.process !== 'running') return failed('stopped', 'the server does not run');
      Object.assign(database, { upstream: null, receiving: false });
      return { ok: true, position: positionOf(database) };
    case 'follow':
      if (database.process === 'stopped') database.role = standbyOf(database);
      Object.assign(database, { process: 'running', upstream: action.upstream });
      return DONE;
    case 'promote':
      return promote(database);
    case 'writeMarker':
      if (database.role !== 'primary') return failed('standby', 'only a primary writes a marker');
      if (epochIn(database) < action.epoch) appendRecord(database, 'marker', String(action.epoch));
      return { ok: true, position: positionOf(database) };
    case 'applyRule':
      database.rule = action.rule;
      return DONE;
    case 'barrier': {
      const { standbys, acks } = action.rule;
      const enough = holders(action.rule, database.log.length) >= acks;
      return enough ? DONE : failed('timeout', `not ${acks} of ${standbys.join(' ')} have it all`);
    }
    case 'admit':
      database.admits = action.who;
      return DONE;
    case 'checkpoint':
      return DONE;
    case 'handOver': {
      const position = positionOf(database);
      Object.assign(database, { process: 'stopped', receiving: false, admits: 'replication' });
      return { ok: true, position };
    }
  }
}

function standbyOf({ consistent }: Database): Database['role'] {
  return consistent ? 'standby' : 'starting';
}

function promote(database: Database): ActionOutcome {
  if (database.process !== 'running') return failed('stopped', 'the server does not run');
  if (database.role === 'standby') {
    const switchLsn = database.log.length;
    database.history = [...database.history, { timeline: database.timeline, switchLsn }];
    database.timeline += 1;
    database.role = 'primary';
    appendRecord(database, 'promotion', '');
  }
  const { timeline, history } = database;
  return { ok: true, promotion: { timeline, switchLsn: history.at(-1)?.switchLsn ?? 0, history } };
}

function copy(how: 'clone' | 'rewind', database: Database, source: Database | null): ActionOutcome {
  if (source === null) return failed('unreachable', 'the primary does not answer');
  if (how === 'clone') {
    const { log, timeline, history, systemId } = source;
    Object.assign(database, emptyDatabase(), { log, timeline, history, systemId });
    database.directory = 'present';
    return DONE;
  }
  const common = commonLength(database, source);
  database.log = database.log.slice(0, common);
  database.timeline = database.log.at(-1)?.timeline ?? 1;
  database.history = source.history.filter(({ timeline }) => timeline < database.timeline);
  database.consistent = false;
  Object.assign(database, { upstream: null, admits: 'replication', rule: NO_RULE });
  return DONE;
}
