import type { Deadline } from '../postgres/deadline.js';
import { inspectDirectory } from '../postgres/directory.js';
import { makeOwnDirectory } from '../postgres/durable-file.js';
import { EngineFailure, ServerFailure } from '../postgres/failure.js';
import { lockOf, prohibit } from './connection-lock.js';
import { control, controlFailure } from './control.js';
import { peersOf, withGauss, type GaussContext } from './context.js';
import { isPrimary, roleOf } from './role.js';

/**
 * Starts as a standby that follows nobody. The server starts *pending*, when it neither follows nor
 * admits anybody; the lock is armed, as only a tool may then; and only then it is told that it is a
 * standby. A crash at any line leaves it pending or locked.
 */
export async function startSealed(context: GaussContext, deadline: Deadline): Promise<void> {
  const { server } = context;
  if (server.postmaster() === undefined) await startPending(context, deadline);
  if (await isPending(context, deadline)) {
    await arm(context, deadline);
    const outcome = await control(context, 'notify', ['-M', 'standby'], deadline);
    if (outcome.kind !== 'said-done' && (await isPending(context, deadline))) {
      throw controlFailure('notify', outcome);
    }
  }
  await withGauss(context, deadline, async (session) => {
    const view = await roleOf(session, deadline);
    if (isPrimary(view)) {
      throw new EngineFailure('refused', 'the server runs as a primary', 'Stop it first.');
    }
    if (peersOf(context).length === 0) return;
    const { mode } = await lockOf(session, deadline);
    if (mode === 'prohibit_connection') return;
    throw new EngineFailure('refused', `the server runs and may follow (${mode})`, 'Seal it.');
  });
}

async function startPending(context: GaussContext, deadline: Deadline): Promise<void> {
  const { config, layout, server, settings } = context;
  const directory = await inspectDirectory(layout.dataDir);
  if (directory.kind !== 'present') {
    const reason = directory.kind === 'foreign' ? directory.reason : `${layout.dataDir} is empty`;
    throw new EngineFailure('not-ours', reason, 'Initialize or clone it first.');
  }
  if (!server.isGone()) {
    throw new EngineFailure('refused', 'processes of the server are left', 'Stop it first.');
  }
  await makeOwnDirectory(layout.sideDir, config.osUser);
  await makeOwnDirectory(config.socketDir, config.osUser);
  await settings.write({ admits: 'replication' });
  const outcome = await control(context, 'start', ['-M', 'pending'], deadline);
  if (server.postmaster() === undefined) throw controlFailure('start', outcome);
}

/** Whether it admits nobody because nobody told it what it is. Waits while it only starts. */
async function isPending(context: GaussContext, deadline: Deadline): Promise<boolean> {
  for (;;) {
    try {
      await withGauss(context, deadline, (session) => session.rows('select 1', deadline));
      return false;
    } catch (thrown) {
      if (!(thrown instanceof ServerFailure)) throw thrown;
      if (thrown.view.kind === 'pending') return true;
      if (context.server.postmaster() === undefined) {
        throw new EngineFailure('process-failed', 'the server ended while it started');
      }
      if (deadline.over()) throw new EngineFailure('timeout', thrown.view.sentence);
    }
    await deadline.pause(20);
  }
}

function arm(context: GaussContext, deadline: Deadline): Promise<void> {
  if (peersOf(context).length === 0) return Promise.resolve();
  return withGauss(context, deadline, (session) => prohibit(session, deadline, 'armed'), 'tool');
}
