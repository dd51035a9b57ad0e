import type { DatabaseAddress } from '../engine.js';
import type { Deadline } from '../postgres/deadline.js';
import { inspectDirectory } from '../postgres/directory.js';
import { makeOwnDirectory } from '../postgres/durable-file.js';
import { EngineFailure } from '../postgres/failure.js';
import { control, controlFailure } from './control.js';
import type { GaussContext } from './context.js';
import { follow } from './follow.js';
import { initialize } from './initialize.js';

/**
 * Copies everything anew. The family builds in place, so the old directory does not stay aside; the
 * caller asks for it only when nothing counts on that.
 */
export async function clone(
  context: GaussContext,
  from: DatabaseAddress,
  systemId: string | undefined,
  deadline: Deadline,
): Promise<void> {
  const { kind } = await inspectDirectory(context.layout.dataDir);
  // A build needs a directory with configuration files; what is in its database is thrown away.
  if (kind === 'absent' || kind === 'empty') await initialize(context, deadline);
  await build(context, 'full', from, deadline);
  const copied = await inspectDirectory(context.layout.dataDir);
  if (systemId === undefined || (copied.kind === 'present' && copied.systemId === systemId)) return;
  await context.server.stop('fast', deadline);
  throw new EngineFailure(
    'foreign-system',
    `${from.node} gave a copy of another database than the cluster's`,
    'Look whose server listens there.',
  );
}

/**
 * Winds a diverged directory back. `incremental` and not `auto`: that would make a whole copy where
 * it cannot, of a member whose data may be counted on (protocol §6: re-clone only after it left).
 */
export function rewind(
  context: GaussContext,
  from: DatabaseAddress,
  deadline: Deadline,
): Promise<void> {
  return build(context, 'incremental', from, deadline);
}

/** The program stops the server, brings the data, and starts it as a standby of `from` alone. */
async function build(
  context: GaussContext,
  how: 'full' | 'incremental',
  from: DatabaseAddress,
  deadline: Deadline,
): Promise<void> {
  const { config, layout, server, settings } = context;
  if (!server.isGone()) await server.stop('fast', deadline);
  await makeOwnDirectory(layout.sideDir, config.osUser);
  await makeOwnDirectory(config.socketDir, config.osUser);
  await settings.write({ admits: 'replication', upstream: from.node, onlyPeer: from.node });
  const outcome = await control(context, 'build', ['-b', how, '-M', 'standby'], deadline);
  if (outcome.kind !== 'said-done') {
    const failure = controlFailure('build', outcome);
    // A build that ended in words that nobody knows may have left half a directory.
    if (failure.code !== 'process-failed') throw failure;
    throw new EngineFailure(how === 'incremental' ? 'diverged' : 'process-failed', failure.message);
  }
  await follow(context, from, deadline);
}
