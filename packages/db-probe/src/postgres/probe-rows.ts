import {
  epochOf,
  nodeIdOf,
  type Epoch,
  type NodeId,
  type StandbyView,
  type SynchronousRule,
} from '@mha4rdb/kernel';
import type { Admission } from './access-rules.js';
import { parseLsn } from './lsn.js';
import { parseRule } from './rule-text.js';
import { timelineOfWalFile } from './timeline.js';

/** A row as a driver hands it out: text, numbers, booleans, parsed JSON, null. */
export type Row = Readonly<Record<string, unknown>>;

/** What one answer of a working server said. */
export interface ServerAnswer {
  readonly role: 'primary' | 'standby';
  readonly epoch: Epoch;
  /** The table of markers exists; if it was not asked for its content, `epoch` is 0. */
  readonly hasMarkerTable: boolean;
  readonly segmentBytes: number;
  /** Primary: of its log. Standby: of its receiver; absent while it has none. */
  readonly timeline?: number;
  /** Primary: flushed. Standby: the greater of flushed by the receiver and replayed. */
  readonly flushedLsn: number;
  readonly replayedLsn: number;
  readonly receiver: boolean;
  readonly receiving: boolean;
  /** The startup process sleeps until it tries all its sources of log again. */
  readonly startupIdle: boolean;
  readonly rule?: SynchronousRule;
  readonly upstream: NodeId | null;
  readonly admits: Admission;
  readonly generation: number;
  readonly standbys: readonly StandbyView[];
}

const STATES = ['startup', 'catchup', 'streaming', 'backup', 'stopping'] as const;
/** What the startup process waits for when every source was tried and none had more. */
export const STARTUP_IDLE = 'RecoveryRetrieveRetryInterval';

/** Reads the row of `observeSql`. */
export function readServerAnswer(row: Row): ServerAnswer {
  const standby = row['standby'] === true;
  const replayed = lsnOf(row['replayed']) ?? 0;
  const received = lsnOf(row['received']) ?? 0;
  const flushedLsn = standby ? Math.max(replayed, received) : (lsnOf(row['flushed']) ?? 0);
  const timeline = standby ? numberOf(row['received_timeline']) : timelineOf(row['wal_file']);
  const rule = parseRule(textOf(row['rule']));
  return {
    role: standby ? 'standby' : 'primary',
    epoch: epochOf(numberOf(row['epoch']) ?? 0),
    hasMarkerTable: row['has_marker'] === true,
    segmentBytes: numberOf(row['segment_bytes']) ?? 16 << 20,
    ...(timeline === undefined ? {} : { timeline }),
    flushedLsn,
    replayedLsn: standby ? replayed : flushedLsn,
    receiver: row['receiver'] === true,
    receiving: row['receiver_status'] === 'streaming',
    startupIdle: row['startup_wait'] === STARTUP_IDLE,
    ...(rule === undefined ? {} : { rule }),
    upstream: nodeOf(row['upstream']),
    admits: row['admits'] === 'replication' ? 'replication' : 'all',
    generation: numberOf(row['generation']) ?? 0,
    standbys: readStandbys(row['standbys']),
  };
}

/**
 * Standbys by node. Connections whose name is no node id are somebody else's. Of two connections
 * with one name the one that got further is taken: the other is its remainder.
 */
function readStandbys(value: unknown): readonly StandbyView[] {
  const byNode = new Map<NodeId, StandbyView>();
  for (const entry of Array.isArray(value) ? (value as readonly Row[]) : []) {
    const node = nodeOf(entry['node']);
    const state = STATES.find((each) => each === entry['state']);
    if (node === null || state === undefined) continue;
    const flushedLsn = lsnOf(entry['flushed']) ?? 0;
    const known = byNode.get(node);
    if (known !== undefined && known.flushedLsn > flushedLsn) continue;
    byNode.set(node, {
      node,
      state,
      flushedLsn,
      replayedLsn: lsnOf(entry['replayed']) ?? 0,
      ...lagOf(entry, state),
    });
  }
  return [...byNode.values()].sort((a, b) => (a.node < b.node ? -1 : 1));
}

/** The server forgets the lag of a standby that has caught up and is idle: it is none then. */
function lagOf(entry: Row, state: StandbyView['state']): Pick<StandbyView, 'lagMs'> {
  const lagMs = numberOf(entry['lag_ms']) ?? (state === 'streaming' ? 0 : undefined);
  return lagMs === undefined ? {} : { lagMs: Math.max(0, lagMs) };
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function lsnOf(value: unknown): number | undefined {
  return parseLsn(textOf(value));
}

export function numberOf(value: unknown): number | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** A node id, or `null` when the text is none. */
export function nodeOf(value: unknown): NodeId | null {
  const text = textOf(value);
  return /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text) ? nodeIdOf(text) : null;
}

function timelineOf(value: unknown): number | undefined {
  return timelineOfWalFile(textOf(value));
}
