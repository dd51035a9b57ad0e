import type { DatabaseObservation, DataDirectory, HistoryEntry } from '@mha4rdb/kernel';
import type { DurableState } from './managed-file.js';
import type { ServerAnswer } from './probe-rows.js';
import type { ServerErrorView } from './server-error.js';
import type { StorageVerdict } from './storage.js';

/** Everything that one look gathered, before it is judged. */
export interface ProbeFindings {
  readonly directory: DataDirectory;
  readonly process: DatabaseObservation['process'];
  /** The files' word, for when the server does not answer; absent when there are none of ours. */
  readonly durable?: DurableState;
  /** What the server answered on a new connection, or why it did not. */
  readonly server?:
    | { readonly ok: true; readonly answer: ServerAnswer }
    | { readonly ok: false; readonly error: ServerErrorView };
  /** The timeline of the log's last byte, found in the files; for a standby without receiver. */
  readonly timelineOnDisk?: number;
  readonly history?: readonly HistoryEntry[];
  /** Of a server that runs. */
  readonly storage?: StorageVerdict;
}

/** Judges one look. Pure: what it says follows from the findings alone. */
export function observationOf(findings: ProbeFindings): DatabaseObservation {
  const { directory, process, server } = findings;
  if (process !== 'running' || server === undefined) return withoutServer(findings);
  if (!server.ok) return withoutAnswer(findings, server.error);
  const answer = server.answer;
  const timeline = answer.timeline ?? findings.timelineOnDisk ?? 0;
  const common = {
    directory,
    process,
    role: answer.role,
    works: findings.storage?.failed !== true,
    ...storagePart(findings.storage),
    position: { epoch: answer.epoch, timeline, lsn: positionLsn(answer) },
    replayedLsn: answer.replayedLsn,
    ...(answer.rule === undefined ? {} : { rule: answer.rule }),
    admits: answer.admits,
    ...(findings.history === undefined ? {} : { history: findings.history }),
  } as const;
  if (answer.role === 'primary') return { ...common, standbys: answer.standbys };
  return {
    ...common,
    drained: isDrained(answer),
    upstream: answer.upstream,
    receiving: answer.receiving,
  };
}

function storagePart(storage: StorageVerdict | undefined): Partial<DatabaseObservation> {
  if (storage?.problem == null) return {};
  return storage.failed ? { detail: storage.problem } : { storage: storage.problem };
}

function isDrained(answer: ServerAnswer): boolean {
  return answer.upstream === null && !answer.receiver && answer.startupIdle;
}

/**
 * Where the log ends. Of a drained standby it is what was replayed: what lies behind is the torn
 * beginning of one record, which nobody was told is safe and which a promotion throws away.
 */
function positionLsn(answer: ServerAnswer): number {
  return answer.role === 'standby' && isDrained(answer) ? answer.replayedLsn : answer.flushedLsn;
}

function withoutServer(findings: ProbeFindings): DatabaseObservation {
  const { directory, process } = findings;
  return {
    directory,
    process,
    role: process === 'running' ? 'silent' : 'stopped',
    works: false,
    ...(process === 'stopping'
      ? { detail: 'the postmaster is gone, but processes of the server are left' }
      : {}),
    ...durablePart(findings.durable),
  };
}

function withoutAnswer(findings: ProbeFindings, error: ServerErrorView): DatabaseObservation {
  const { directory, process } = findings;
  const starting = ['starting', 'inconsistent', 'not-listening'].includes(error.kind);
  return {
    directory,
    process,
    role: starting ? 'starting' : 'silent',
    works: false,
    detail: error.sentence,
    ...durablePart(findings.durable),
  };
}

function durablePart(durable: DurableState | undefined): Partial<DatabaseObservation> {
  if (durable === undefined) return {};
  return {
    rule: durable.rule,
    upstream: durable.upstream?.node ?? null,
    admits: durable.admits,
  };
}
