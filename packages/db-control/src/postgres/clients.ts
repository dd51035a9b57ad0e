import { CLIENT_PIDS_SQL } from '@mha4rdb/db-probe';
import type { Deadline } from './deadline.js';
import type { Session } from './session.js';

const POLL_MS = 3;

/** Ends every client session and waits until all are gone. Replication and our own stay. */
export async function endClients(session: Session, deadline: Deadline): Promise<void> {
  for (;;) {
    const rows = await session.rows(
      `select pid, pg_terminate_backend(pid) from (${CLIENT_PIDS_SQL}) clients`,
      deadline,
    );
    if (rows.length === 0) return;
    deadline.check('ending client sessions');
    await deadline.pause(POLL_MS);
  }
}
