import { epochOf, type DatabasePosition, type Epoch } from '@mha4rdb/kernel';
import type { Context } from './context.js';
import { readControlData, type ControlFileOwner } from './control-data.js';
import type { Deadline } from './deadline.js';
import { EngineFailure } from './failure.js';

/**
 * Where the log of a primary that was stopped in order ends: at its shutdown checkpoint, behind every
 * commit. The position is where that last record begins, so a standby that has flushed this far has
 * every commit; that it has the checkpoint too is usual, and no data hangs on it.
 *
 * The epoch is not in the control file; it is the one that this engine saw last while the server
 * ran, and without one the answer is `refused`. An engine whose control file knows no timeline names it too.
 */
export async function cleanEnd(
  context: ControlFileOwner & Pick<Context, 'server'>,
  { epoch, timeline }: { readonly epoch: Epoch; readonly timeline?: number },
  deadline: Deadline,
): Promise<DatabasePosition> {
  if (!context.server.isGone()) {
    throw new EngineFailure('refused', 'the server still runs', 'Stop it first.');
  }
  const control = await readControlData(context, deadline);
  if (control.state !== 'shut down') {
    throw new EngineFailure(
      'refused',
      `the database was not stopped in order, it is: ${control.state}`,
    );
  }
  if (epoch === epochOf(0)) {
    throw new EngineFailure('refused', 'nobody saw which epoch the server had before it stopped');
  }
  return { epoch, timeline: timeline ?? control.timeline, lsn: control.checkpointLsn };
}
