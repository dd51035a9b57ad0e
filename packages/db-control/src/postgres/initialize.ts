import { chown, mkdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { INITIAL_STATE } from '@mha4rdb/db-probe';
import type { Context } from './context.js';
import type { Deadline } from './deadline.js';
import { inspectDirectory } from './directory.js';
import { makeOwnDirectory, readIfThere, syncDirectory, writeDurably } from './durable-file.js';
import { EngineFailure } from './failure.js';
import { layoutOf, type Layout } from './layout.js';
import { SettingsStore } from './settings-store.js';
import { endLeftTools, runTool } from './tool.js';

/**
 * Creates a new, empty database. It is made beside the data directory and put in place whole, so a
 * crash leaves nothing that looks like a database and is none. Stays stopped, sealed and closed.
 */
export async function initialize(context: Context, deadline: Deadline): Promise<void> {
  const { config, layout } = context;
  if (await isInitialized(layout)) return;
  await emptyWorkDir(context, deadline);
  const passwordFile = join(layout.workDir, 'superuser-password');
  await writeDurably(passwordFile, `${config.superuser.password}\n`, config.osUser);
  const args = [
    `--pgdata=${layout.workData}`,
    `--username=${config.superuser.name}`,
    `--pwfile=${passwordFile}`,
    '--auth-local=peer',
    '--auth-host=scram-sha-256',
    '--data-checksums',
    '--encoding=UTF8',
    // Sorts by bytes: indexes stay right when members run different C libraries.
    '--locale=C',
  ];
  try {
    await runTool(config, layout, { name: 'initdb', args, cwd: layout.workDir }, deadline);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await dress(context, INITIAL_STATE);
  await putInPlace(context);
}

/** Whether an earlier call created the database; `not-ours` when there is one that it did not. */
export async function isInitialized(layout: Layout): Promise<boolean> {
  const directory = await inspectDirectory(layout.dataDir);
  if (directory.kind === 'absent' || directory.kind === 'empty') return false;
  const isCreated = (await readIfThere(layout.createdMark)) !== undefined;
  if (directory.kind === 'present' && isCreated) return true;
  throw new EngineFailure(
    'not-ours',
    directory.kind === 'foreign' ? directory.reason : `${layout.dataDir} holds a database already`,
    'Name an empty directory in database.dataDir, or move this one away.',
  );
}

/** Makes the directory for half-made copies, and empties what an earlier try left in it. */
export async function emptyWorkDir(context: Context, deadline: Deadline): Promise<void> {
  const { layout, config } = context;
  await endLeftTools(layout, deadline);
  await makeOwnDirectory(layout.sideDir, config.osUser);
  await rm(layout.workDir, { recursive: true, force: true });
  await mkdir(layout.workDir, { mode: 0o700 });
  await chown(layout.workDir, config.osUser.uid, config.osUser.gid);
}

/** Gives a finished copy in the work directory our files; it starts as a standby from now on. */
export async function dress(context: Context, state: typeof INITIAL_STATE): Promise<void> {
  const { config, layout } = context;
  const inside = layoutOf(layout.workData);
  const copy = { ...inside, sideDir: layout.sideDir, passfile: layout.passfile };
  await writeDurably(copy.createdMark, `${config.node}\n`, config.osUser);
  await writeDurably(copy.standbySignal, '', config.osUser);
  const { rule, upstream, admits } = state;
  await SettingsStore.writeInto(config, copy, { rule, upstream, admits });
}

/** Moves the finished copy to the data directory's place, which is absent or empty by now. */
export async function putInPlace({ layout }: Pick<Context, 'layout'>): Promise<void> {
  await rmdir(layout.dataDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(layout.workData, layout.dataDir);
  await syncDirectory(layout.parent);
}
