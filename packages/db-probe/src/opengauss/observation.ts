import {
  epochOf,
  type DatabaseObservation,
  type DataDirectory,
  type HistoryEntry,
  type NodeId,
  type StandbyView,
} from '@mha4rdb/kernel';
import { lsnOf, nodeOf, numberOf, textOf, type Row } from '../postgres/probe-rows.js';
import { parseRule } from '../postgres/rule-text.js';
import type { ServerErrorView } from '../postgres/server-error.js';
import { readHaState } from './ha-state.js';
import type { ConnectionLock } from './lock.js';
import { haPortOf, type BlockState, type PeerAddress } from './settings-block.js';
import { readTermPosition } from './term-position.js';
import { judge } from './verdict.js';
import { readWalReceiver } from './wal-peers.js';

/** The rows of one look. */
export interface OpenGaussAnswer {
  readonly state: Row;
  /** Of our block; absent while the server has none. */
  readonly ours?: Row;
  readonly markers: readonly Row[];
  readonly senders: readonly Row[];
  readonly receivers: readonly Row[];
  /** Absent on a server without peers, which cannot be asked. */
  readonly lock?: ConnectionLock;
}

export interface OpenGaussFindings {
  readonly directory: DataDirectory;
  readonly process: DatabaseObservation['process'];
  /** What the configuration file says, for when the server does not answer. */
  readonly durable?: BlockState;
  readonly peers: readonly PeerAddress[];
  readonly server?:
    | { readonly ok: true; readonly answer: OpenGaussAnswer }
    | { readonly ok: false; readonly error: ServerErrorView };
}

/**
 * Judges one look at a server of the family. What it does not understand makes the server `silent`:
 * neither a primary nor a copy that counts, and the words are passed on to people.
 */
export function observeOpenGauss(findings: OpenGaussFindings): DatabaseObservation {
  const { directory, process, server, durable } = findings;
  const base = { directory, process } as const;
  const fromFile =
    durable === undefined
      ? {}
      : { rule: durable.rule, upstream: durable.upstream, admits: durable.admits };
  if (process !== 'running' || server === undefined) {
    const role = process === 'running' ? 'silent' : 'stopped';
    return { ...base, role, works: false, ...fromFile };
  }
  if (!server.ok) {
    const starting = ['starting', 'inconsistent', 'not-listening', 'pending'];
    const role = starting.includes(server.error.kind) ? 'starting' : 'silent';
    return { ...base, role, works: false, detail: server.error.sentence, ...fromFile };
  }
  return { ...base, ...answered(server.answer, findings.peers) };
}

type Answered = Omit<DatabaseObservation, 'directory' | 'process'>;

function answered(answer: OpenGaussAnswer, peers: readonly PeerAddress[]): Answered {
  const { state, markers } = answer;
  const verdict = judge(readHaState(state), { isArbiter: false });
  const at = readTermPosition(state);
  const recovering = state['recovering'] === 'yes';
  const consistent = verdict.role === (recovering ? 'standby' : 'primary');
  if (!consistent || at === undefined) {
    const detail =
      at === undefined
        ? 'its position cannot be read'
        : `${verdict.sentence}; recovering: ${textOf(state['recovering'])}`;
    return { role: 'silent', works: false, detail };
  }
  const epoch = epochOf(numberOf(markers[0]?.['epoch']) ?? 0);
  const rule = parseRule(textOf(state['rule']));
  const common = {
    works: true,
    ...(verdict.condition === 'working' ? {} : { detail: verdict.sentence }),
    ...(rule === undefined ? {} : { rule }),
    // Without a block of ours its own rules hold, which admit whomever they admit.
    admits: answer.ours?.['admits'] === 'replication' ? 'replication' : 'all',
    history: historyOf(markers),
  } as const;
  if (!recovering) {
    const lsn = lsnOf(state['written']) ?? 0;
    const position = { epoch, timeline: at.term, lsn };
    return {
      ...common,
      role: 'primary',
      position,
      replayedLsn: lsn,
      standbys: standbysOf(answer.senders),
    };
  }
  const [receiver] = answer.receivers.flatMap((row) => readWalReceiver(row) ?? []);
  const upstream = upstreamOf(answer.lock, peers);
  const received = Math.max(at.lsn, lsnOf(state['received']) ?? 0);
  const drained = upstream === null && receiver === undefined && received === at.lsn;
  return {
    ...common,
    role: 'standby',
    position: { epoch, timeline: at.term, lsn: received },
    replayedLsn: at.lsn,
    drained,
    ...(upstream === undefined ? {} : { upstream }),
    receiving: receiver?.state === 'Normal' || receiver?.state === 'Catchup',
  };
}

/** `null`: it may follow nobody. `undefined`: somebody, and not just one whom we chose. */
function upstreamOf(
  lock: ConnectionLock | undefined,
  peers: readonly PeerAddress[],
): NodeId | null | undefined {
  if (lock === undefined || lock.mode === 'prohibit_connection') return null;
  const peer = peers.find(({ host, port }) => host === lock.host && haPortOf(port) === lock.port);
  return lock.mode === 'specify_connection' ? peer?.node : undefined;
}

/** Where each term of this log ended, oldest first; the newest row comes first. */
export function historyOf(markers: readonly Row[]): readonly HistoryEntry[] {
  return [...markers].reverse().flatMap((row) => {
    const timeline = numberOf(row['from_term']);
    const switchLsn = lsnOf(row['switch_lsn']);
    return timeline === undefined || switchLsn === undefined ? [] : [{ timeline, switchLsn }];
  });
}

function standbysOf(rows: readonly Row[]): readonly StandbyView[] {
  return rows.flatMap((row) => {
    const node = nodeOf(row['node']);
    const state = SENDER_STATES[textOf(row['state'])];
    if (node === null || state === undefined) return [];
    const flushedLsn = lsnOf(row['flushed']) ?? 0;
    return [{ node, state, flushedLsn, replayedLsn: lsnOf(row['replayed']) ?? 0 }];
  });
}

const SENDER_STATES: Readonly<Record<string, StandbyView['state']>> = {
  Startup: 'startup',
  Catchup: 'catchup',
  Streaming: 'streaming',
  Backup: 'backup',
};
