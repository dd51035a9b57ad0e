import type {
  DatabaseObservation,
  DatabasePosition,
  HistoryEntry,
  NodeId,
  SynchronousRule,
} from '@mha4rdb/kernel';
import { epochOf } from '@mha4rdb/kernel';

/** One record of a database's log; the object is its identity, so that logs can be compared. */
export interface LogRecord {
  readonly kind: 'base' | 'write' | 'marker' | 'promotion' | 'barrier' | 'shutdown';
  readonly text: string;
  /** Of the last marker at or before it. */
  readonly epoch: number;
  readonly timeline: number;
}

/** A database as far as the core can see it; the script says what happens to it. */
export interface Database {
  log: readonly LogRecord[];
  directory: 'empty' | 'present' | 'foreign';
  systemId: string;
  process: 'running' | 'stopped';
  role: 'primary' | 'standby' | 'starting' | 'silent';
  /** A primary that answers and cannot write: a full disk. */
  works: boolean;
  rule: SynchronousRule;
  upstream: NodeId | null;
  receiving: boolean;
  admits: 'replication' | 'all';
  timeline: number;
  history: readonly HistoryEntry[];
  /** It flushes nothing of what it receives. */
  lags: boolean;
  /** A rewind leaves a directory that no server answers on before it has streamed (protocol §8). */
  consistent: boolean;
}

export const NO_RULE: SynchronousRule = { standbys: [], acks: 0 };

export function emptyDatabase(): Database {
  return {
    log: [],
    directory: 'empty',
    systemId: 's',
    process: 'stopped',
    role: 'standby',
    works: true,
    rule: NO_RULE,
    upstream: null,
    receiving: false,
    admits: 'replication',
    timeline: 1,
    history: [],
    lags: false,
    consistent: true,
  };
}

export function appendRecord(database: Database, kind: LogRecord['kind'], text: string): LogRecord {
  const epoch = kind === 'marker' ? Number(text) : epochIn(database);
  const record = { kind, text, epoch, timeline: database.timeline };
  database.log = [...database.log, record];
  return record;
}

export function epochIn({ log }: Database): number {
  return log.at(-1)?.epoch ?? 0;
}

export function positionOf(database: Database): DatabasePosition {
  return {
    epoch: epochOf(epochIn(database)),
    timeline: database.timeline,
    lsn: database.log.length,
  };
}

/** How far two logs are the same. */
export function commonLength(one: Database, other: Database): number {
  const at = one.log.findIndex((record, place) => other.log[place] !== record);
  return at === -1 ? one.log.length : at;
}

/** One look, as db-probe would judge it; `attached`: who streams from it, and up to where. */
export function observe(
  database: Database,
  attached: readonly { readonly id: NodeId; readonly flushed: number }[],
): DatabaseObservation {
  const { directory, process, role, rule, upstream, admits, works } = database;
  const nothing = { process: 'stopped', role: 'stopped', works: false } as const;
  if (directory === 'empty') return { ...nothing, directory: { kind: 'empty' } };
  if (directory === 'foreign') {
    return { ...nothing, directory: { kind: 'foreign', reason: 'it holds something else' } };
  }
  const files = {
    directory: { kind: 'present', systemId: database.systemId },
    rule,
    upstream,
    admits,
  } as const;
  if (process === 'stopped') return { ...nothing, ...files };
  if (role === 'starting' || role === 'silent') return { ...files, process, role, works: false };
  const position = positionOf(database);
  const answers = {
    ...files,
    process,
    role,
    works,
    position,
    replayedLsn: position.lsn,
    history: database.history,
  };
  if (role === 'standby') {
    const { receiving } = database;
    return { ...answers, receiving, drained: upstream === null && !receiving };
  }
  return {
    ...answers,
    standbys: attached.map(({ id, flushed }) => ({
      node: id,
      state: flushed === position.lsn ? ('streaming' as const) : ('catchup' as const),
      flushedLsn: flushed,
      replayedLsn: flushed,
    })),
  };
}
