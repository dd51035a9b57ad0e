import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { ok } from '@mha4rdb/kernel';
import { hostErr, type HostResult } from './host-failure.js';

/**
 * What this agent may have put on the host, written before it puts anything there: an edited
 * configuration then orphans nothing (VIP checklist 36).
 */
export interface GuardRecord {
  readonly databasePort: number;
  readonly vips: readonly { readonly address: string; readonly interface: string }[];
}

/** `null`: no former life. A file that is damaged is a failure; the sweep goes on without it. */
export function readGuardRecord(file: string): HostResult<GuardRecord | null> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ok(null);
    return hostErr('state-file', `${file} cannot be read: ${String(error)}`);
  }
  const record = parseRecord(text);
  return record === null
    ? hostErr(
        'state-file',
        `${file} is damaged, so addresses of a former configuration are not known`,
        'look for left-over addresses with `ip addr | grep mha`; the file is written anew',
      )
    : ok(record);
}

export function writeGuardRecord(file: string, record: GuardRecord): HostResult<void> {
  const temporary = `${file}.new`;
  try {
    const fd = openSync(temporary, 'w', 0o600);
    try {
      writeSync(fd, `${JSON.stringify({ version: 1, ...record })}\n`);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, file);
    return ok(undefined);
  } catch (error) {
    return hostErr(
      'state-file',
      `${file} cannot be written: ${String(error)}`,
      'the data directory must exist, be writable for the agent, and have room',
    );
  }
}

function parseRecord(text: string): GuardRecord | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(value) || value['version'] !== 1) return null;
  const { databasePort, vips } = value;
  if (typeof databasePort !== 'number' || !Array.isArray(vips)) return null;
  const list: { address: string; interface: string }[] = [];
  for (const vip of vips as unknown[]) {
    if (!isObject(vip)) return null;
    const address = vip['address'];
    const name = vip['interface'];
    if (typeof address !== 'string' || typeof name !== 'string') return null;
    list.push({ address, interface: name });
  }
  return { databasePort, vips: list };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
