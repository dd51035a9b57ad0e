import { err, ok, type Result } from '@mha4rdb/kernel';
import { readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import path from 'node:path';

interface Owner {
  readonly pid: number;
  /** Field 22 of /proc/PID/stat: with the boot id it tells one process from a later one of its number. */
  readonly startTime: string;
  readonly bootId: string;
}

/** Held until `release`, or until this process ends. */
export interface DirectoryLock {
  readonly release: () => Promise<void>;
}

/**
 * At most one process works in a data directory. Two locks, since each has a hole: an abstract Unix
 * socket named after the directory's inode is taken and freed by the kernel without a race, but only
 * within one network namespace; a file that names the owner is seen by everybody, but two processes
 * that find a dead owner's file at one moment could both take it.
 */
export async function lockDirectory(directory: string): Promise<Result<DirectoryLock, 'locked'>> {
  const { dev, ino } = statSync(realpathSync(directory));
  const socket = await listen(`\0mha4rdb:${dev}:${ino}`);
  const file = path.join(directory, 'lock');
  const owner = ownerIn(file);
  if (socket === undefined || (owner !== undefined && isAlive(owner))) {
    socket?.close();
    const who = owner === undefined ? 'another process' : `process ${owner.pid}`;
    return err(
      'locked',
      `${directory} is in use by ${who}`,
      'give each agent a dataDir of its own, or stop the other one',
    );
  }
  writeFileSync(file, JSON.stringify(self()), { mode: 0o600 });
  return ok({
    release: async () => {
      rmSync(file, { force: true });
      await new Promise<void>((resolve) => {
        socket.close(() => resolve());
      });
    },
  });
}

function listen(name: string): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((connection) => connection.destroy());
    server.once('error', () => resolve(undefined));
    server.listen(name, () => {
      server.unref();
      resolve(server);
    });
  });
}

function self(): Owner {
  return { pid: process.pid, startTime: startTimeOf(process.pid) ?? '', bootId: bootId() };
}

function ownerIn(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Owner;
  } catch {
    // Absent, or cut short by a crash while it was written: nobody can be told from it.
    return undefined;
  }
}

function isAlive({ pid, startTime, bootId: boot }: Owner): boolean {
  return boot === bootId() && pid !== process.pid && startTimeOf(pid) === startTime;
}

function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name, in parentheses, may itself hold spaces and parentheses.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
}
