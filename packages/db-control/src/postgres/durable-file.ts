import { constants } from 'node:fs';
import { chown, mkdir, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './system-error.js';

/** Who owns a file that we write. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Replaces a file so that a crash at any moment leaves the old or the new one, whole: written
 * beside it, synced, renamed over it, directory synced.
 */
export async function writeDurably(path: string, text: string, owner: Owner): Promise<void> {
  const beside = `${path}.mha-new`;
  const file = await open(beside, 'w', 0o600);
  try {
    await file.chown(owner.uid, owner.gid);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
  await syncDirectory(dirname(path));
}

/** Makes renames, creations and removals in a directory survive a power loss. */
export async function syncDirectory(path: string): Promise<void> {
  const directory: FileHandle = await open(path, constants.O_RDONLY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Removes a file durably; neither it nor its directory need exist. */
export async function removeDurably(path: string): Promise<void> {
  if ((await readIfThere(path)) === undefined) return;
  await rm(path, { force: true });
  await syncDirectory(dirname(path));
}

/** The text of a file; `undefined` when there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}

/**
 * Makes a directory of the database's user, for nobody else; it may exist. A parent that is missing
 * is made too, and given to the same user.
 */
export async function makeOwnDirectory(path: string, owner: Owner): Promise<void> {
  const parent = dirname(path);
  if ((await mkdir(parent, { recursive: true, mode: 0o755 })) !== undefined) {
    await chown(parent, owner.uid, owner.gid);
  }
  if ((await mkdir(path, { recursive: true, mode: 0o700 })) === undefined) return;
  await chown(path, owner.uid, owner.gid);
}
