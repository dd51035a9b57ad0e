import type { Context } from './context.js';
import { withLocal } from './context.js';
import { readControlData } from './control-data.js';
import type { Deadline } from './deadline.js';
import { inspectDirectory } from './directory.js';
import { readIfThere, writeDurably } from './durable-file.js';
import { EngineFailure, ServerFailure } from './failure.js';
import { serverEnded } from './server-ended.js';
import type { StateChange } from './settings-store.js';

const READY_POLL_MS = 8;

/**
 * Starts as a standby without an upstream. A server that runs is left alone when it is a sealed
 * standby; one that runs as anything else is refused, since a start cannot make it sealed.
 */
export async function startSealed(context: Context, deadline: Deadline): Promise<void> {
  await startAsStandby(context, { upstream: null }, deadline);
  await waitUntilReady(context, deadline);
}

/**
 * Starts the postmaster as a standby with the given durable state, unless it runs. `standby.signal`
 * comes before every start: a promotion is the only way to become primary (protocol §6, seal).
 */
export async function startAsStandby(
  context: Context,
  change: StateChange,
  deadline: Deadline,
): Promise<void> {
  const { layout, server, settings, config } = context;
  if (server.postmaster() !== undefined) return;
  const directory = await inspectDirectory(layout.dataDir);
  if (directory.kind !== 'present') {
    const reason = directory.kind === 'foreign' ? directory.reason : `${layout.dataDir} is empty`;
    throw new EngineFailure('not-ours', reason, 'Initialize or clone it first.');
  }
  if ((await readIfThere(layout.rewindMark)) !== undefined) {
    throw new EngineFailure(
      'diverged',
      `a rewind of ${layout.dataDir} was interrupted; it is no database now`,
      'Rewind it again or clone it.',
    );
  }
  // Processes of an earlier life hold its shared memory; no postmaster may start beside them.
  if (!server.isGone()) {
    throw new EngineFailure('refused', 'processes of the server are left', 'Stop it first.');
  }
  deadline.check('preparing the start');
  if ((await readIfThere(layout.standbySignal)) === undefined) {
    await writeDurably(layout.standbySignal, '', config.osUser);
  }
  const { floors } = await readControlData(context, deadline);
  await settings.write({ admits: 'replication', ...change }, floors);
  await server.start();
}

/** Waits until the server answers; says why when it ends instead. */
async function waitUntilReady(context: Context, deadline: Deadline): Promise<void> {
  const { server } = context;
  for (;;) {
    const problem = await tryConnect(context, deadline);
    if (problem === undefined) return;
    if (server.postmaster() === undefined) {
      throw serverEnded(context, 'while it started');
    }
    if (deadline.over()) {
      throw new EngineFailure('timeout', `the server runs, and is not ready yet: ${problem}`);
    }
    await deadline.pause(READY_POLL_MS);
  }
}

async function tryConnect(context: Context, deadline: Deadline): Promise<string | undefined> {
  try {
    return await withLocal(context, deadline, async (session) => {
      const [row] = await session.rows(
        `select pg_is_in_recovery() as standby, current_setting('primary_conninfo') as upstream`,
        deadline,
      );
      if (row?.['standby'] !== true) {
        throw new EngineFailure('refused', 'the server runs as a primary', 'Stop it first.');
      }
      if (row['upstream'] === '') return undefined;
      throw new EngineFailure('refused', 'the server runs and has an upstream', 'Seal it.');
    });
  } catch (thrown) {
    if (thrown instanceof ServerFailure) return thrown.view.sentence;
    throw thrown;
  }
}
