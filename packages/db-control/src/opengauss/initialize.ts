import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Deadline } from '../postgres/deadline.js';
import { makeOwnDirectory, writeDurably } from '../postgres/durable-file.js';
import { EngineFailure } from '../postgres/failure.js';
import { isInitialized, putInPlace } from '../postgres/initialize.js';
import { layoutOf } from '../postgres/layout.js';
import { runProgram } from './control.js';
import type { GaussContext } from './context.js';

/**
 * Creates a new, empty database beside the data directory and puts it in place whole; it stays
 * stopped. Idempotent for a directory that this made.
 */
export async function initialize(context: GaussContext, deadline: Deadline): Promise<void> {
  const { config, dialect, layout } = context;
  if (await isInitialized(layout)) return;
  await makeOwnDirectory(layout.sideDir, config.osUser);
  await rm(layout.workDir, { recursive: true, force: true });
  await makeOwnDirectory(layout.workDir, config.osUser);
  const passwordFile = join(layout.sideDir, 'initial-password');
  // The tool demands one; nobody is to know it, since the initial user works over the local socket.
  await writeDurably(passwordFile, `Mha4@${randomBytes(18).toString('hex')}\n`, config.osUser);
  const args = [
    ...['-D', layout.workData, '-U', config.superuser.name, '-E', 'UTF8'],
    ...[`--nodename=${config.node}`, `--pwfile=${passwordFile}`, '--locale=C'],
  ];
  try {
    const { code, output } = await runProgram(context, dialect.initialize, args, deadline);
    if (code !== 0) {
      const last = output.trim().split('\n').slice(-3).join(' | ');
      throw new EngineFailure('process-failed', `${dialect.initialize} failed: ${last}`);
    }
  } finally {
    await rm(passwordFile, { force: true });
  }
  const mark = layoutOf(layout.workData).createdMark;
  await writeDurably(mark, `${config.node}\n`, config.osUser);
  await putInPlace({ layout });
  await context.settings.write({});
}
