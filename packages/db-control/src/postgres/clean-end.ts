import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseControlData } from '@mha4rdb/db-probe';
import { epochOf, type DatabasePosition, type Epoch } from '@mha4rdb/kernel';
import type { Context } from './context.js';
import type { Deadline } from './deadline.js';
import { EngineFailure } from './failure.js';

/**
 * Where the log of a primary that was stopped in order ends: at its shutdown checkpoint, behind every
 * commit. The position is where that last record begins, so a standby that has flushed this far has
 * every commit; that it has the checkpoint too is usual, and no data hangs on it.
 *
 * The epoch is not in the control file; it is the one that this engine saw last while the server
 * ran, and without one the answer is `refused`.
 */
export async function cleanEnd(
  context: Context,
  epoch: Epoch,
  deadline: Deadline,
): Promise<DatabasePosition> {
  const { config, layout } = context;
  if (!context.server.isGone()) {
    throw new EngineFailure('refused', 'the server still runs', 'Stop it first.');
  }
  const run = promisify(execFile);
  const { stdout } = await run(join(config.binDir, 'pg_controldata'), ['-D', layout.dataDir], {
    env: { PATH: config.binDir, LC_ALL: 'C' },
    timeout: Math.max(1, deadline.left()),
    killSignal: 'SIGKILL',
  }).catch((error: Error) => {
    throw new EngineFailure('process-failed', `pg_controldata failed: ${error.message}`);
  });
  const control = parseControlData(stdout);
  if (control?.state !== 'shut down') {
    const state = control?.state ?? 'unreadable';
    throw new EngineFailure('refused', `the database was not stopped in order, it is: ${state}`);
  }
  if (epoch === epochOf(0)) {
    throw new EngineFailure('refused', 'nobody saw which epoch the server had before it stopped');
  }
  return { epoch, timeline: control.timeline, lsn: control.checkpointLsn };
}
