import { rm } from 'node:fs/promises';
import { renderConninfo } from '@mha4rdb/db-probe';
import type { CallOptions, DatabaseAddress } from '../engine.js';
import type { Context } from './context.js';
import type { Deadline } from './deadline.js';
import { inspectDirectory } from './directory.js';
import { makeOwnDirectory, readIfThere, removeDurably, writeDurably } from './durable-file.js';
import { EngineFailure } from './failure.js';
import { checkpointSource, checkSystemId, identifySource } from './source.js';
import { endLeftTools, readProgress, runTool } from './tool.js';

/**
 * Winds the stopped data directory back to the common history with the primary at `from`, and brings
 * in what changed there. pg_rewind replaces every file that is not data by the source's, ours and
 * the operator's too; those of this node are put back.
 *
 * A rewind that was interrupted leaves no database: a mark beside the directory says so, and nothing
 * starts it until a rewind or a clone has succeeded. `diverged` means: clone instead.
 *
 * Afterwards the directory becomes consistent only by streaming from `from` (or its successors), so
 * `follow` starts it.
 */
export async function rewind(
  context: Context,
  from: DatabaseAddress,
  options: CallOptions,
  deadline: Deadline,
): Promise<void> {
  const { config, layout, settings } = context;
  if (!context.server.isGone()) {
    throw new EngineFailure('refused', 'the server runs on the data directory', 'Stop it first.');
  }
  const directory = await inspectDirectory(layout.dataDir);
  if (directory.kind !== 'present') {
    throw new EngineFailure('not-ours', `${layout.dataDir} holds no database`, 'Clone it.');
  }
  const source = { id: await identifySource(context, from, deadline), from };
  checkSystemId(source, { id: directory.systemId, what: layout.dataDir });
  await endLeftTools(layout, deadline);
  await settings.writePassfile();
  options.onProgress?.({ step: 'checkpoint on the source' });
  await checkpointSource(context, from, deadline);
  const state = await settings.read();
  const own = await readOwnFiles(context);
  await makeOwnDirectory(layout.sideDir, config.osUser);
  await writeDurably(layout.rewindMark, `${from.node}\n`, config.osUser);
  // The single-user server that pg_rewind runs for crash recovery refuses to be a standby.
  await removeDurably(layout.standbySignal);
  await runRewind(context, from, options, deadline);
  await restoreOwnFiles(context, own);
  await writeDurably(layout.standbySignal, '', config.osUser);
  await settings.write({
    upstream: null,
    admits: 'replication',
    ...(state === undefined ? {} : { rule: state.rule }),
  });
  await removeDurably(layout.rewindMark);
}

async function runRewind(
  context: Context,
  from: DatabaseAddress,
  options: CallOptions,
  deadline: Deadline,
): Promise<void> {
  const { config, layout } = context;
  const conninfo = renderConninfo({
    host: from.host,
    port: from.port,
    user: config.superuser.name,
    dbname: 'postgres',
    passfile: layout.passfile,
    connect_timeout: 5,
  });
  const args = [`--target-pgdata=${layout.dataDir}`, `--source-server=${conninfo}`, '--progress'];
  const onLine = (line: string): void => {
    const progress = readProgress(line);
    if (progress === undefined) return;
    options.onProgress?.({
      step: 'rewinding',
      bytesDone: progress.done,
      bytesTotal: progress.total,
    });
  };
  await runTool(config, layout, { name: 'pg_rewind', args, cwd: layout.sideDir, onLine }, deadline);
}

/** Files of this node that pg_rewind would replace by the source's. */
async function readOwnFiles(context: Context): Promise<ReadonlyMap<string, string | undefined>> {
  const { mainFile, autoFile, hbaFile, keptHbaFile, identFile, createdMark, managedFile } =
    context.layout;
  const own = new Map<string, string | undefined>();
  for (const path of [
    createdMark,
    keptHbaFile,
    hbaFile,
    identFile,
    autoFile,
    mainFile,
    managedFile,
  ]) {
    own.set(path, await readIfThere(path));
  }
  return own;
}

async function restoreOwnFiles(
  context: Context,
  own: ReadonlyMap<string, string | undefined>,
): Promise<void> {
  for (const [path, text] of own) {
    if (text === undefined) await rm(path, { force: true });
    else await writeDurably(path, text, context.config.osUser);
  }
}
