import type { Admission } from '@mha4rdb/db-probe';
import { changeAndConnect, type Context } from './context.js';
import type { Deadline } from './deadline.js';
import { EngineFailure } from './failure.js';

/**
 * Writes the access rules and brings them into force for new connections; sessions that are open
 * stay (see `disconnectClients`). When no server runs they are for its next start, which closes
 * them again until it is told.
 */
export async function admit(context: Context, who: Admission, deadline: Deadline): Promise<void> {
  if (context.server.postmaster() === undefined) {
    await context.settings.write({ admits: who });
    return;
  }
  const session = await changeAndConnect(context, { admits: who }, deadline);
  try {
    // One wrong line of the operator's keeps the whole file from being used.
    const [row] = await session.rows(
      `select line_number, error from pg_hba_file_rules where error is not null limit 1`,
      deadline,
    );
    if (row === undefined) return;
    throw new EngineFailure(
      'refused',
      `pg_hba.conf line ${String(row['line_number'])}: ${String(row['error'])}`,
      'Correct database.hba in the configuration.',
    );
  } finally {
    session.close();
  }
}
