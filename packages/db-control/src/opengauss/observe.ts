import {
  BEAT_SQL,
  MARKERS_SQL,
  numberOf,
  observeOpenGauss,
  RECEIVERS_SQL,
  SENDERS_SQL,
  STATE_SQL,
  viewOpenGaussError,
  type OpenGaussAnswer,
  type OpenGaussFindings,
} from '@mha4rdb/db-probe';
import { epochOf, type DatabaseObservation, type DataDirectory, type Epoch } from '@mha4rdb/kernel';
import { Deadline } from '../postgres/deadline.js';
import { inspectDirectory } from '../postgres/directory.js';
import { ServerFailure } from '../postgres/failure.js';
import type { Session } from '../postgres/session.js';
import { lockOf } from './connection-lock.js';
import { peersOf, withGauss, type GaussContext } from './context.js';
import { oursOf } from './reload.js';

const DEFAULT_QUESTION_MS = 1000;

/** Looks at the database beside this agent, and remembers the last epoch and term that it showed. */
export class GaussObserver {
  private last: { epoch: Epoch; timeline: number } = { epoch: epochOf(0), timeline: 0 };

  /** A call that is under way and would make the server look like what it is not. */
  private underWay: 'start' | { readonly build: DataDirectory } | undefined;

  constructor(private readonly context: GaussContext) {}

  /** Between the start of the program and its pid file a server has processes and no postmaster. */
  async whileStarting<Value>(work: () => Promise<Value>): Promise<Value> {
    return this.during('start', work);
  }

  /**
   * A build works in place and starts the server by itself. Until it has ended, what stands there is
   * no database that anybody may judge: it is shown as it was, stopped.
   */
  async whileBuilding<Value>(work: () => Promise<Value>): Promise<Value> {
    return this.during({ build: await inspectDirectory(this.context.layout.dataDir) }, work);
  }

  private async during<Value>(
    what: NonNullable<GaussObserver['underWay']>,
    work: () => Promise<Value>,
  ): Promise<Value> {
    this.underWay = what;
    try {
      return await work();
    } finally {
      this.underWay = undefined;
    }
  }

  /** One look. Never throws: what cannot be found out is what it says. */
  async observe(): Promise<DatabaseObservation> {
    const { config, layout, settings } = this.context;
    const { underWay } = this;
    if (typeof underWay === 'object') {
      return { directory: underWay.build, process: 'stopped', role: 'stopped', works: false };
    }
    const deadline = Deadline.after(config.questionDeadline ?? DEFAULT_QUESTION_MS);
    const process = this.processNow();
    const directory = await inspectDirectory(layout.dataDir);
    const asked = process === 'running' ? await this.ask(deadline) : undefined;
    const durable = asked?.ok === true ? undefined : await settings.read().catch(() => undefined);
    const seen = observeOpenGauss({
      directory,
      process: this.processNow(),
      peers: peersOf(this.context),
      ...(durable === undefined ? {} : { durable }),
      ...(asked === undefined ? {} : { server: asked }),
    });
    if (seen.position !== undefined) {
      const { epoch, timeline } = seen.position;
      this.last = { epoch, timeline };
    }
    return seen;
  }

  /** What was seen last while the server ran; for its end, which says neither. */
  lastSeen(): { readonly epoch: Epoch; readonly timeline: number } {
    return this.last;
  }

  note(epoch: Epoch, timeline: number): void {
    this.last = { epoch, timeline };
  }

  private processNow(): DatabaseObservation['process'] {
    const state = this.context.server.state();
    return state === 'stopping' && this.underWay === 'start' ? 'running' : state;
  }

  private async ask(deadline: Deadline): Promise<NonNullable<OpenGaussFindings['server']>> {
    try {
      const answer = await withGauss(this.context, deadline, (session) =>
        this.look(session, deadline),
      );
      return { ok: true, answer };
    } catch (thrown) {
      const error =
        thrown instanceof ServerFailure
          ? thrown.view
          : viewOpenGaussError({ message: String(thrown) });
      return { ok: false, error };
    }
  }

  private async look(session: Session, deadline: Deadline): Promise<OpenGaussAnswer> {
    const [state = {}] = await session.rows(STATE_SQL, deadline);
    const marked = numberOf(state['marker_tables']) === 1;
    const recovering = state['recovering'] === 'yes';
    // On a primary the look ends with a write that reached the log: the proof that it works.
    if (marked && !recovering) await session.rows(BEAT_SQL, deadline);
    const ours = await oursOf(session, deadline);
    const hasPeers = peersOf(this.context).length > 0;
    return {
      state,
      ...(ours === undefined ? {} : { ours }),
      markers: marked ? await session.rows(MARKERS_SQL, deadline) : [],
      senders: recovering ? [] : await session.rows(SENDERS_SQL, deadline),
      receivers: recovering ? await session.rows(RECEIVERS_SQL, deadline) : [],
      ...(recovering && hasPeers ? { lock: await lockOf(session, deadline) } : {}),
    };
  }
}
