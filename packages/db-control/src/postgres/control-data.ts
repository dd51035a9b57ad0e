import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseControlData, type ControlData } from '@mha4rdb/db-probe';
import type { Deadline } from './deadline.js';
import { EngineFailure } from './failure.js';
import { codeOf } from './system-error.js';

/** Whose control file is read, and with which programs. */
export interface ControlFileOwner {
  readonly config: { readonly binDir: string };
  readonly layout: { readonly dataDir: string };
}

/** Reads the control file of a stopped server, with the tool of its own version. */
export async function readControlData(
  { config, layout }: ControlFileOwner,
  deadline: Deadline,
): Promise<ControlData> {
  const path = join(config.binDir, 'pg_controldata');
  const run = promisify(execFile);
  const { stdout } = await run(path, ['-D', layout.dataDir], {
    env: { PATH: config.binDir, LC_ALL: 'C' },
    timeout: Math.max(1, Math.ceil(deadline.left())),
    killSignal: 'SIGKILL',
  }).catch((error: unknown) => {
    throw new EngineFailure(
      codeOf(error) === 'ENOENT' ? 'missing-binary' : 'process-failed',
      `${path} failed: ${String(error)}`,
      'Install the PostgreSQL server, or correct database.binDir.',
    );
  });
  const control = parseControlData(stdout);
  if (control === undefined) {
    throw new EngineFailure('process-failed', `${path} said what is not understood`);
  }
  return control;
}
