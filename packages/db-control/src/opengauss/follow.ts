import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { haPortOf } from '@mha4rdb/db-probe';
import type { DatabaseAddress } from '../engine.js';
import type { Deadline } from '../postgres/deadline.js';
import { EngineFailure } from '../postgres/failure.js';
import { specify } from './connection-lock.js';
import { withGauss, type GaussContext } from './context.js';
import { changeSettings } from './reload.js';
import { isPrimary, roleOf } from './role.js';
import { startSealed } from './start.js';

/**
 * Makes the standby stream from `upstream` and from nobody else: whatever its list of peers says, the
 * lock pins it to one. A term that a promotion of this server left in its file counts no more.
 */
export async function follow(
  context: GaussContext,
  upstream: DatabaseAddress,
  deadline: Deadline,
): Promise<void> {
  if (context.server.postmaster() === undefined) await startSealed(context, deadline);
  await withGauss(context, deadline, async (session) => {
    if (!isPrimary(await roleOf(session, deadline))) return;
    throw new EngineFailure('refused', 'a primary cannot follow', 'Stop it and start it sealed.');
  });
  await forgetTerm(context);
  await changeSettings(context, { upstream: upstream.node }, deadline);
  await withGauss(context, deadline, (session) =>
    specify(session, upstream.host, haPortOf(upstream.port), deadline),
  );
}

/** `term_file` of an own promotion; what a standby's term is says the log that it receives. */
export async function forgetTerm({ layout, promotionFile }: GaussContext): Promise<void> {
  await rm(join(layout.dataDir, 'term_file'), { force: true });
  await rm(promotionFile, { force: true });
}
