import { numberOf, OURS_SQL, type Row } from '@mha4rdb/db-probe';
import type { Deadline } from '../postgres/deadline.js';
import { EngineFailure, ServerFailure } from '../postgres/failure.js';
import type { Session } from '../postgres/session.js';
import { withGauss, type GaussContext } from './context.js';
import type { BlockChange } from './settings.js';

const POLL_MS = 10;

/** Writes a change and waits until a new session shows it, so that the server has read the files. */
export async function changeSettings(
  context: GaussContext,
  change: BlockChange,
  deadline: Deadline,
): Promise<void> {
  const { generation } = await context.settings.write(change);
  if (!context.server.reload()) {
    throw new EngineFailure('unreachable', 'the database does not run');
  }
  for (;;) {
    const ours = await withGauss(context, deadline, (session) => oursOf(session, deadline));
    const seen = numberOf(ours?.['generation']) ?? 0;
    if (seen >= generation) return;
    deadline.check('reading the new configuration');
    await deadline.pause(POLL_MS);
  }
}

/** What the server has read of our block; `undefined` when it has none. */
export async function oursOf(session: Session, deadline: Deadline): Promise<Row | undefined> {
  try {
    return (await session.rows(OURS_SQL, deadline))[0];
  } catch (thrown) {
    const isUnset = thrown instanceof ServerFailure && thrown.message.includes('[42704]');
    if (isUnset) return undefined;
    throw thrown;
  }
}
