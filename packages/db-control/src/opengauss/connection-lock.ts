import { LOCK_SQL, readLock, type ConnectionLock } from '@mha4rdb/db-probe';
import type { Deadline } from '../postgres/deadline.js';
import { EngineFailure, ServerFailure } from '../postgres/failure.js';
import type { Session } from '../postgres/session.js';

const POLL_MS = 20;

/** What a server without peers in its configuration cannot be asked. */
export async function lockOf(session: Session, deadline: Deadline): Promise<ConnectionLock> {
  const [row] = await session.rows(LOCK_SQL, deadline);
  return readLock(row);
}

/**
 * Forbids the server to follow anybody, durably, and waits until all that it received is replayed.
 * The first call that fails has armed the lock already; the one that succeeds says that the position
 * is final. The file is read back, since a call that did nothing would look alike.
 */
export async function prohibit(
  session: Session,
  deadline: Deadline,
  wait: 'until-replayed' | 'armed',
): Promise<void> {
  for (;;) {
    const refused = await call(session, 'prohibit_connection', '', 0, deadline);
    const { mode } = await lockOf(session, deadline);
    if (mode === 'prohibit_connection' && (refused === undefined || wait === 'armed')) return;
    if (deadline.over()) {
      throw new EngineFailure(
        'timeout',
        `sealing did not end in time: ${refused ?? `it is ${mode}`}`,
      );
    }
    await deadline.pause(POLL_MS);
  }
}

/** Pins the server to one upstream, and reads that back. */
export async function specify(
  session: Session,
  host: string,
  port: number,
  deadline: Deadline,
): Promise<void> {
  const refused = await call(session, 'specify_connection', host, port, deadline);
  const lock = await lockOf(session, deadline);
  if (lock.mode === 'specify_connection' && lock.host === host && lock.port === port) return;
  throw new EngineFailure(
    'refused',
    `the server did not take ${host}:${port} as its upstream: ${refused ?? `it is ${lock.mode}`}`,
    'An upstream is a numeric address; look at replconninfo1 to replconninfo8.',
  );
}

/** Answers why the server did not do it; `undefined` when it says that it did. */
async function call(
  session: Session,
  mode: string,
  host: string,
  port: number,
  deadline: Deadline,
): Promise<string | undefined> {
  try {
    await session.rows(`select disable_conn('${mode}', '${host}', ${port})`, deadline);
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof ServerFailure) || !thrown.message.includes('could not add lock')) {
      throw thrown;
    }
    return thrown.message;
  }
}
