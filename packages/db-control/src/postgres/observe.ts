import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  historyFileName,
  judgeStorage,
  observationOf,
  observeSql,
  parseHistory,
  readServerAnswer,
  timelineOfWalFile,
  viewServerError,
  walFileSuffix,
  type ServerAnswer,
  type ServerErrorView,
} from '@mha4rdb/db-probe';
import {
  epochOf,
  type DatabaseObservation,
  type DataDirectory,
  type Epoch,
  type HistoryEntry,
} from '@mha4rdb/kernel';
import { withLocal, type Context } from './context.js';
import { Deadline } from './deadline.js';
import { inspectDirectory } from './directory.js';
import { readIfThere } from './durable-file.js';
import { ServerFailure } from './failure.js';
import type { Session } from './session.js';
import { StoragePulse } from './storage-pulse.js';

const DEFAULT_QUESTION_MS = 1000;
const EXHAUSTED_PAUSE_MS = 25;
/** Looks between two looks at the size of the server's log: about a minute. */
const LOOKS_PER_TRIM = 256;

type Asked =
  | { readonly ok: true; readonly answer: ServerAnswer }
  | { readonly ok: false; readonly error: ServerErrorView };

/** Looks at the database beside this agent; remembers whether it has markers, and the last. */
export class Observer {
  private looks = 0;
  private markerTable = false;
  private epoch = epochOf(0);
  private life: string | undefined;
  private directory: DataDirectory | undefined;
  private history: { timeline: number; entries: readonly HistoryEntry[] } | undefined;

  private readonly pulse: StoragePulse;

  constructor(private readonly context: Context) {
    this.pulse = new StoragePulse(context.config);
  }

  /** One look. Never throws: what cannot be found out is what it says. */
  async observe(): Promise<DatabaseObservation> {
    const { server, settings, config } = this.context;
    const deadline = Deadline.after(config.questionDeadline ?? DEFAULT_QUESTION_MS);
    this.looks += 1;
    if (this.looks % LOOKS_PER_TRIM === 0) await server.trimLog().catch(() => undefined);
    const process = server.state();
    const life = server.postmaster()?.startTicks;
    const directory = await this.directoryNow(life);
    if (process === 'running') this.pulse.beat();
    const asked = process === 'running' ? await this.ask(deadline) : undefined;
    if (asked?.ok !== true) {
      const durable = await settings.read().catch(() => undefined);
      return observationOf({
        directory,
        process: server.state(),
        ...(durable === undefined ? {} : { durable }),
        ...(asked === undefined ? {} : { server: asked }),
      });
    }
    const timelineOnDisk = await this.timelineOnDisk(asked.answer);
    const timeline = asked.answer.timeline ?? timelineOnDisk;
    const history = timeline === undefined ? undefined : await this.historyOf(timeline);
    return observationOf({
      directory,
      process,
      server: asked,
      storage: judgeStorage(this.pulse.findings()),
      ...(timelineOnDisk === undefined ? {} : { timelineOnDisk }),
      ...(history === undefined ? {} : { history }),
    });
  }

  /** What stands in a directory does not change its kind while one server runs in it. */
  private async directoryNow(life: string | undefined): Promise<DataDirectory> {
    if (life !== undefined && life === this.life && this.directory?.kind === 'present') {
      return this.directory;
    }
    this.life = life;
    this.history = undefined;
    this.directory = await inspectDirectory(this.context.layout.dataDir);
    return this.directory;
  }

  /** Read once for each timeline of each run: a number can come back with another history. */
  private async historyOf(timeline: number): Promise<readonly HistoryEntry[]> {
    if (this.history?.timeline === timeline) return this.history.entries;
    const entries = await readHistory(this.context, timeline);
    if (entries.length > 0) this.history = { timeline, entries };
    return entries;
  }

  /** Takes note of a marker that was just written, ahead of the next look. */
  noteEpoch(epoch: Epoch): void {
    this.epoch = epoch;
  }

  /** The last marker that was seen or written; 0 when none was. */
  lastEpoch(): Epoch {
    return this.epoch;
  }

  /**
   * Asks again while all connections are taken: clients that reconnect all at once hold places, the
   * reserved ones too, for as long as they prove who they are.
   */
  private async ask(deadline: Deadline): Promise<Asked> {
    for (;;) {
      const asked = await this.askOnce(deadline);
      if (asked.ok || asked.error.kind !== 'exhausted' || deadline.over()) return asked;
      await deadline.pause(EXHAUSTED_PAUSE_MS);
    }
  }

  private async askOnce(deadline: Deadline): Promise<Asked> {
    try {
      return await withLocal(this.context, deadline, async (session) => {
        const answer = await this.look(session, deadline);
        // The table appears once in a database's life, and vanishes only with the database.
        if (answer.hasMarkerTable === this.markerTable) return { ok: true, answer };
        this.markerTable = answer.hasMarkerTable;
        return { ok: true, answer: await this.look(session, deadline) };
      });
    } catch (thrown) {
      if (thrown instanceof ServerFailure) {
        if (thrown.view.kind === 'no-marker') this.markerTable = false;
        return { ok: false, error: thrown.view };
      }
      return { ok: false, error: viewServerError({ message: String(thrown) }) };
    }
  }

  private async look(session: Session, deadline: Deadline): Promise<ServerAnswer> {
    const [row] = await session.rows(observeSql(this.markerTable), deadline);
    const answer = readServerAnswer(row ?? {});
    if (answer.epoch > 0) this.epoch = answer.epoch;
    return answer;
  }

  /** A standby without a receiver does not say its timeline; the files it replays from do. */
  private async timelineOnDisk(answer: ServerAnswer): Promise<number | undefined> {
    if (answer.timeline !== undefined) return undefined;
    return findTimeline(this.context, answer.replayedLsn, answer.segmentBytes);
  }
}

/** The newest timeline that has a log file with the byte before `lsn` in it. */
export async function findTimeline(
  context: Context,
  lsn: number,
  segmentBytes: number,
): Promise<number | undefined> {
  const suffix = walFileSuffix(lsn, segmentBytes);
  const names = await readdir(join(context.layout.dataDir, 'pg_wal')).catch(() => []);
  const found = names.filter((name) => name.endsWith(suffix)).map(timelineOfWalFile);
  return found.reduce((a, b) => (b !== undefined && b > (a ?? 0) ? b : a), undefined);
}

/** A timeline's history from its file; the first timeline has none. */
export async function readHistory(
  context: Context,
  timeline: number,
): Promise<readonly HistoryEntry[]> {
  const path = join(context.layout.dataDir, 'pg_wal', historyFileName(timeline));
  const text = await readIfThere(path).catch(() => undefined);
  return text === undefined ? [] : parseHistory(text);
}
