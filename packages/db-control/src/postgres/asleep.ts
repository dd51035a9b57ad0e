import type { Deadline } from './deadline.js';
import { sleepOf } from './processes.js';
import type { Session } from './session.js';

/**
 * Whether a server process has taken every reload that was signalled before this call, and sleeps in
 * one of the given waits of its main loop.
 *
 * Why that is a proof. PostgreSQL's signal handler for a reload sets a flag and the process's latch;
 * these loops reset the latch, then read the flag, then sleep only if the latch is not set. A process
 * that sleeps in such a wait with neither the reload signal nor the wake-up signal pending has thus
 * run the handler and read the configuration since. `wait_event` and `/proc` are two questions, so
 * the count of context switches is compared before and after: equal means that it did not run.
 *
 * This needs no checkpoint, which would be the other proof for the checkpointer, and would write all
 * dirty pages in the middle of a failover.
 */
export async function hasTakenReload(
  session: Session,
  pid: number,
  waits: readonly string[],
  deadline: Deadline,
): Promise<boolean> {
  const before = sleepOf(pid);
  if (before?.asleep !== true) return false;
  const [row] = await session.rows(
    `select wait_event from pg_stat_activity where pid = ${pid}`,
    deadline,
  );
  const after = sleepOf(pid);
  if (after?.asleep !== true || after.switches !== before.switches) return false;
  return waits.includes(String(row?.['wait_event']));
}
