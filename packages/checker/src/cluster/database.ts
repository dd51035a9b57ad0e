import type { DatabasePosition, HistoryEntry, NodeId, SynchronousRule } from '@mha4rdb/kernel';
import { epochOf } from '@mha4rdb/kernel';

/**
 * One record of a database's log: `TIMELINE:KIND…`. Its text is its identity: `b` the base, `p` a
 * promotion (of whom, for which epoch), `m` the marker of an epoch, `w` a client's write.
 */
export type WalRecord = string;

/** A PostgreSQL server as far as the protocol can see it. All that is written counts as flushed. */
export interface Database {
  readonly wal: readonly WalRecord[];
  readonly timeline: number;
  readonly history: readonly HistoryEntry[];
  readonly running: boolean;
  readonly role: 'standby' | 'primary';
  readonly upstream: NodeId | null;
  /** In the server's configuration, and what its backends go by (a little later). */
  readonly rule: SynchronousRule;
  readonly effective: SynchronousRule;
  readonly admits: 'replication' | 'all';
  /** Writes whose sessions wait for the rule; they end with the process. */
  readonly waiting: readonly number[];
}

export function epochOfLog(wal: readonly WalRecord[]): number {
  for (let at = wal.length - 1; at >= 0; at--) {
    const marker = /:m(\d+)$/.exec(wal[at] ?? '');
    if (marker !== null) return Number(marker[1]);
  }
  return 0;
}

export function positionOf({ wal, timeline }: Database): DatabasePosition {
  return { epoch: epochOf(epochOfLog(wal)), timeline, lsn: wal.length };
}

export function append(database: Database, kind: string): Database {
  return { ...database, wal: [...database.wal, `${database.timeline}:${kind}`] };
}

/** The mask of the client writes in a log. */
export function writesIn(wal: readonly WalRecord[]): number {
  return wal.reduce((mask, record) => {
    const write = /:w(\d+)$/.exec(record);
    return write === null ? mask : mask | (1 << Number(write[1]));
  }, 0);
}

/** What others can see on a primary that lets them in: all but what still waits for the rule. */
export function visibleOn({ wal, waiting }: Database): number {
  return waiting.reduce((mask, write) => mask & ~(1 << write), writesIn(wal));
}

/** The process ends: sessions with it, nobody is told anything. */
export function stopped(database: Database): Database {
  return { ...database, running: false, role: 'standby', waiting: [] };
}

/** Starts as a standby: the only way in which a server is ever started. */
export function started(database: Database, upstream: NodeId | null): Database {
  const { rule } = database;
  return {
    ...database,
    running: true,
    role: 'standby',
    upstream,
    effective: rule,
    admits: 'replication',
  };
}

/** What a server says to a standby at its door: it knows numbers, never identities. */
export function accepts(primary: Database, standby: Database): boolean {
  if (!primary.running || primary.role !== 'primary') return false;
  if (!standby.running || standby.role !== 'standby') return false;
  const lsn = standby.wal.length;
  if (standby.timeline === primary.timeline) return lsn <= primary.wal.length;
  const left = primary.history.find(({ timeline }) => timeline === standby.timeline);
  return left !== undefined && lsn <= left.switchLsn;
}

/** Takes the upstream's next record, and follows it to a new timeline. */
export function received(standby: Database, primary: Database): Database {
  const record = primary.wal[standby.wal.length];
  if (record === undefined) return standby;
  const timeline = Number(record.split(':')[0]);
  const history =
    timeline === standby.timeline
      ? standby.history
      : [...standby.history, { timeline: standby.timeline, switchLsn: standby.wal.length }];
  return { ...standby, wal: [...standby.wal, record], timeline, history };
}
