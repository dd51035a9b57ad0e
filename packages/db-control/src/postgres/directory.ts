import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SYSTEM_ID_BYTES, systemIdOf } from '@mha4rdb/db-probe';
import type { DataDirectory } from '@mha4rdb/kernel';
import { codeOf } from './system-error.js';

/** Looks at what stands in a data directory; never throws. */
export async function inspectDirectory(dataDir: string): Promise<DataDirectory> {
  let names: readonly string[];
  try {
    names = await readdir(dataDir);
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') {
      return { kind: 'absent' };
    }
    return { kind: 'foreign', reason: `${dataDir} cannot be read: ${String(thrown)}` };
  }
  if (names.length === 0) return { kind: 'empty' };
  if (!names.includes('PG_VERSION') || !names.includes('global')) {
    const some = names.slice(0, 3).join(', ');
    return { kind: 'foreign', reason: `${dataDir} holds other files (${some})` };
  }
  const systemId = await readSystemId(dataDir);
  return systemId === undefined
    ? { kind: 'foreign', reason: `${dataDir} has no readable global/pg_control` }
    : { kind: 'present', systemId };
}

/** The system identifier of a data directory; `undefined` when it has none that can be read. */
export async function readSystemId(dataDir: string): Promise<string | undefined> {
  try {
    const file = await open(join(dataDir, 'global', 'pg_control'), 'r');
    try {
      const bytes = new Uint8Array(SYSTEM_ID_BYTES);
      const { bytesRead } = await file.read(bytes, 0, SYSTEM_ID_BYTES, 0);
      return systemIdOf(bytes.subarray(0, bytesRead));
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}
