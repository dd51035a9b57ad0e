import { readdir, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { INITIAL_STATE, renderConninfo } from '@mha4rdb/db-probe';
import type { CallOptions, DatabaseAddress } from '../engine.js';
import { restoredByCommand } from './clone-command.js';
import type { Context } from './context.js';
import type { Deadline } from './deadline.js';
import { inspectDirectory, readSystemId } from './directory.js';
import { readIfThere, syncDirectory } from './durable-file.js';
import { EngineFailure } from './failure.js';
import { dress, emptyWorkDir, putInPlace } from './initialize.js';
import { checkSystemId, identifySource } from './source.js';
import { readProgress, runTool } from './tool.js';

/** Directories that a clone replaced and that are kept, at most. */
const KEPT_OLD_DIRECTORIES = 2;
/** Room that is left for the log that arrives while the copy is made. */
const SPARE_BYTES = 64 << 20;

/**
 * Copies the database at `from` beside the data directory (or restores it from a backup by the
 * operator's command), checks it, and only then swaps. What was
 * in the data directory is moved aside, never deleted here; a directory that is no database is not
 * touched at all. The copy starts sealed, closed, and with a rule that waits for nobody.
 */
export async function clone(
  context: Context,
  from: DatabaseAddress,
  options: CallOptions,
  deadline: Deadline,
): Promise<void> {
  const { layout } = context;
  requireStopped(context);
  const directory = await inspectDirectory(layout.dataDir);
  if (directory.kind === 'foreign') {
    throw new EngineFailure('not-ours', directory.reason, 'Move it away, or name another one.');
  }
  const source = { id: await identifySource(context, from, deadline), from };
  if (options.systemId !== undefined) {
    checkSystemId(source, { id: options.systemId, what: 'the cluster' });
  }
  if (directory.kind === 'present') {
    checkSystemId(source, { id: directory.systemId, what: layout.dataDir });
  }
  await emptyWorkDir(context, deadline);
  await context.settings.writePassfile();
  if (!(await restoredByCommand(context, source, deadline))) {
    await copy(context, from, options, deadline);
  }
  const copied = (await readSystemId(layout.workData)) ?? 'unreadable';
  checkSystemId(source, { id: copied, what: 'the copy' });
  await dress(context, INITIAL_STATE);
  requireStopped(context);
  deadline.check('the copy');
  if (directory.kind === 'present') await putAside(context);
  await putInPlace(context);
  await rm(layout.rewindMark, { force: true });
  options.onProgress?.({ step: 'copied' });
}

function requireStopped(context: Context): void {
  if (context.server.isGone()) return;
  throw new EngineFailure('refused', 'the server runs on the data directory', 'Stop it first.');
}

async function copy(
  context: Context,
  from: DatabaseAddress,
  options: CallOptions,
  deadline: Deadline,
): Promise<void> {
  const { config, layout } = context;
  const { bavail, bsize } = await statfs(layout.workDir);
  const room = bavail * bsize - SPARE_BYTES;
  const tooLarge = new AbortController();
  let total = 0;
  const onLine = (line: string): void => {
    const progress = readProgress(line);
    if (progress === undefined) return;
    total = progress.total;
    if (total > room) tooLarge.abort();
    options.onProgress?.({ step: 'copying', bytesDone: progress.done, bytesTotal: total });
  };
  const conninfo = renderConninfo({
    host: from.host,
    port: from.port,
    user: config.replication.name,
    passfile: layout.passfile,
    connect_timeout: 5,
    keepalives_idle: 2,
    keepalives_interval: 1,
    keepalives_count: 3,
  });
  const args = [
    `--pgdata=${layout.workData}`,
    `--dbname=${conninfo}`,
    '--wal-method=stream',
    // The source checkpoints at once instead of over minutes: a member is missing meanwhile.
    '--checkpoint=fast',
    '--progress',
    '--no-password',
  ];
  const run = { name: 'pg_basebackup', args, cwd: layout.workDir, onLine };
  try {
    await runTool(config, layout, run, deadline.abortedBy(tooLarge.signal));
  } catch (thrown) {
    if (!tooLarge.signal.aborted) throw thrown;
    throw new EngineFailure(
      'no-space',
      `a copy needs ${total} bytes, and ${layout.parent} has room for ${Math.max(0, room)}`,
      `Free space, for example ${layout.dataDir}.mha-old-* that are not needed any more.`,
    );
  }
}

/** Keeps the old directory under a number of its own, and prunes the oldest that we made. */
async function putAside(context: Context): Promise<void> {
  const { layout } = context;
  const kept = await oldDirectories(context);
  const number = (kept.at(-1)?.number ?? 0) + 1;
  await rename(layout.dataDir, `${layout.dataDir}.mha-old-${number}`);
  await syncDirectory(layout.parent);
  context.config.log(`kept the replaced directory as ${layout.dataDir}.mha-old-${number}`);
  for (const old of kept.slice(0, Math.max(0, kept.length + 1 - KEPT_OLD_DIRECTORIES))) {
    // Only what this node's engine created; a directory that somebody else made stays for ever.
    const mark = await readIfThere(join(old.path, 'mha4rdb.created'));
    if (mark?.trim() === context.config.node) await rm(old.path, { recursive: true });
  }
}

async function oldDirectories(
  context: Context,
): Promise<readonly { readonly number: number; readonly path: string }[]> {
  const { dataDir, parent } = context.layout;
  const prefix = `${dataDir}.mha-old-`.slice(parent.length + 1);
  const names = await readdir(parent);
  return names
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => ({ number: Number(name.slice(prefix.length)), path: join(parent, name) }))
    .sort((a, b) => a.number - b.number);
}
