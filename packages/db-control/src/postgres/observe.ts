import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  historyFileName,
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
import { epochOf, type DatabaseObservation, type Epoch, type HistoryEntry } from '@mha4rdb/kernel';
import { withLocal, type Context } from './context.js';
import { Deadline } from './deadline.js';
import { inspectDirectory } from './directory.js';
import { readIfThere } from './durable-file.js';
import { ServerFailure } from './failure.js';
import type { Session } from './session.js';

const DEFAULT_QUESTION_MS = 1000;

type Asked =
  | { readonly ok: true; readonly answer: ServerAnswer }
  | { readonly ok: false; readonly error: ServerErrorView };

/** Looks at the database beside this agent; remembers whether it has markers, and the last. */
export class Observer {
  private markerTable = false;
  private epoch = epochOf(0);

  constructor(private readonly context: Context) {}

  /** One look. Never throws: what cannot be found out is what it says. */
  async observe(): Promise<DatabaseObservation> {
    const { layout, server, settings, config } = this.context;
    const deadline = Deadline.after(config.questionDeadline ?? DEFAULT_QUESTION_MS);
    const directory = await inspectDirectory(layout.dataDir);
    const durable = await settings.read().catch(() => undefined);
    const process = server.state();
    const known = { directory, process, ...(durable === undefined ? {} : { durable }) };
    if (process !== 'running') return observationOf(known);
    const asked = await this.ask(deadline);
    if (!asked.ok) return observationOf({ ...known, process: server.state(), server: asked });
    const timelineOnDisk = await this.timelineOnDisk(asked.answer);
    const timeline = asked.answer.timeline ?? timelineOnDisk;
    const history = timeline === undefined ? undefined : await readHistory(this.context, timeline);
    return observationOf({
      ...known,
      server: asked,
      ...(timelineOnDisk === undefined ? {} : { timelineOnDisk }),
      ...(history === undefined ? {} : { history }),
    });
  }

  /** The last marker that any look saw; 0 when none did. */
  lastEpoch(): Epoch {
    return this.epoch;
  }

  private async ask(deadline: Deadline): Promise<Asked> {
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
