import type { DatabaseEngine } from '../engine.js';
import { admit } from './admit.js';
import { endClients } from './clients.js';
import { cleanEnd } from './clean-end.js';
import { clone } from './clone.js';
import type { PostgresConfig } from './config.js';
import { contextOf, withLocal } from './context.js';
import { Deadline } from './deadline.js';
import { applyRule, barrier } from './durability.js';
import { asResult } from './failure.js';
import { follow } from './follow.js';
import { initialize } from './initialize.js';
import { writeMarker } from './marker.js';
import { Observer } from './observe.js';
import { promote } from './promote.js';
import { renewAccess } from './renew-access.js';
import { rewind } from './rewind.js';
import { seal } from './seal.js';
import { readSettings } from './settings.js';
import { keepSlots } from './slots.js';
import { startSealed } from './start.js';

/** The engine for PostgreSQL 13 and later on Linux. */
export function createPostgresEngine(config: PostgresConfig): DatabaseEngine {
  const context = contextOf(config);
  const observer = new Observer(context);
  return {
    observe: () => observer.observe(),
    exited: (signal) => context.server.exited(signal),
    initialize: (options) => asResult(() => initialize(context, Deadline.of(options))),
    clone: (from, options) => asResult(() => clone(context, from, options, Deadline.of(options))),
    rewind: (from, options) => asResult(() => rewind(context, from, options, Deadline.of(options))),
    startSealed: (options) => asResult(() => startSealed(context, Deadline.of(options))),
    stop: (mode, options) => asResult(() => context.server.stop(mode, Deadline.of(options))),
    cleanEnd: (options) =>
      asResult(() => cleanEnd(context, { epoch: observer.lastEpoch() }, Deadline.of(options))),
    disconnectClients: (options) =>
      asResult(() => {
        const deadline = Deadline.of(options);
        return withLocal(context, deadline, (session) => endClients(session, deadline));
      }),
    checkpoint: (options) =>
      asResult(async () => {
        const deadline = Deadline.of(options);
        await withLocal(context, deadline, (session) => session.rows('checkpoint', deadline));
      }),
    seal: (options) => asResult(() => seal(context, Deadline.of(options))),
    follow: (upstream, options) => asResult(() => follow(context, upstream, Deadline.of(options))),
    promote: (options) => asResult(() => promote(context, Deadline.of(options))),
    writeMarker: (marker, options) =>
      asResult(async () => {
        const position = await writeMarker(context, marker, Deadline.of(options));
        observer.noteEpoch(marker.epoch);
        return position;
      }),
    applyRule: (rule, options) => asResult(() => applyRule(context, rule, Deadline.of(options))),
    barrier: (rule, options) => asResult(() => barrier(context, rule, Deadline.of(options))),
    renewAccess: (options) => asResult(() => renewAccess(context, Deadline.of(options))),
    keepSlots: (log, options) => asResult(() => keepSlots(context, log, Deadline.of(options))),
    admit: (who, options) => asResult(() => admit(context, who, Deadline.of(options))),
    settings: (names, options) =>
      asResult(() => readSettings(context, names, Deadline.of(options))),
  };
}
