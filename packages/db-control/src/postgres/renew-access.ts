import { changeAndConnect, type Context } from './context.js';
import type { Deadline } from './deadline.js';

/**
 * Writes the access rules for the members as they are now, and brings them into force for new
 * connections. A server that does not run gets them at its next start, as every start writes them.
 */
export async function renewAccess(context: Context, deadline: Deadline): Promise<void> {
  if (context.server.postmaster() === undefined) return;
  const session = await changeAndConnect(context, {}, deadline);
  session.close();
}
