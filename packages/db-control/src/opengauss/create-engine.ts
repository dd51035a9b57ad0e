import { END_CLIENTS_SQL } from '@mha4rdb/db-probe';
import type { DatabaseEngine } from '../engine.js';
import { cleanEnd } from '../postgres/clean-end.js';
import { Deadline } from '../postgres/deadline.js';
import { asResult } from '../postgres/failure.js';
import { clone, rewind } from './build.js';
import type { OpenGaussConfig } from './config.js';
import { gaussContextOf, withGauss, type GaussContext } from './context.js';
import { applyRule, barrier } from './durability.js';
import { follow } from './follow.js';
import { initialize } from './initialize.js';
import { writeMarker } from './marker.js';
import { GaussObserver } from './observe.js';
import { promote } from './promote.js';
import { changeSettings } from './reload.js';
import { seal } from './seal.js';
import { startSealed } from './start.js';

/** The engine for Vastbase, openGauss, MogDB and PanWeiDB, where the agents elect. */
export function createOpenGaussEngine(config: OpenGaussConfig): DatabaseEngine {
  const context = gaussContextOf(config);
  const observer = new GaussObserver(context);
  const { server } = context;
  return {
    observe: () => observer.observe(),
    exited: (signal) => server.exited(signal),
    initialize: (options) => asResult(() => initialize(context, Deadline.of(options))),
    clone: (from, options) =>
      asResult(() =>
        observer.whileBuilding(() => clone(context, from, options.systemId, Deadline.of(options))),
      ),
    rewind: (from, options) =>
      asResult(() => observer.whileBuilding(() => rewind(context, from, Deadline.of(options)))),
    startSealed: (options) =>
      asResult(() => observer.whileStarting(() => startSealed(context, Deadline.of(options)))),
    stop: (mode, options) => asResult(() => server.stop(mode, Deadline.of(options))),
    cleanEnd: (options) =>
      asResult(() => cleanEnd(context, observer.lastSeen(), Deadline.of(options))),
    disconnectClients: (options) =>
      asResult(() => disconnectClients(context, Deadline.of(options))),
    checkpoint: (options) =>
      asResult(async () => {
        const deadline = Deadline.of(options);
        await withGauss(context, deadline, (session) => session.rows('checkpoint', deadline));
      }),
    seal: (options) => asResult(() => seal(context, Deadline.of(options))),
    follow: (upstream, options) =>
      asResult(() => observer.whileStarting(() => follow(context, upstream, Deadline.of(options)))),
    promote: (options) => asResult(() => promote(context, Deadline.of(options))),
    writeMarker: (marker, options) =>
      asResult(async () => {
        const position = await writeMarker(context, marker, Deadline.of(options));
        observer.note(marker.epoch, position.timeline);
        return position;
      }),
    applyRule: (rule, options) => asResult(() => applyRule(context, rule, Deadline.of(options))),
    barrier: (rule, options) => asResult(() => barrier(context, rule, Deadline.of(options))),
    renewAccess: (options) =>
      asResult(async () => {
        if (server.postmaster() === undefined) return;
        await changeSettings(context, {}, Deadline.of(options));
      }),
    admit: (who, options) =>
      asResult(async () => {
        if (server.postmaster() === undefined) await context.settings.write({ admits: who });
        else await changeSettings(context, { admits: who }, Deadline.of(options));
      }),
  };
}

async function disconnectClients(context: GaussContext, deadline: Deadline): Promise<void> {
  await withGauss(context, deadline, async (session) => {
    for (;;) {
      const ended = await session.rows(END_CLIENTS_SQL, deadline);
      if (ended.length === 0) return;
      deadline.check('ending client sessions');
      await deadline.pause(5);
    }
  });
}
