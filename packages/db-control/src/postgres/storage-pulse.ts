import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { readStorageLine, type StorageFindings } from '@mha4rdb/db-probe';
import type { PostgresConfig } from './config.js';
import { asUser } from './server.js';

/** How long after a write came back the next one goes out. */
const EVERY_MS = 5000;

/**
 * Asked by a line, writes and flushes one block in the data directory and says how much room is left.
 * The flush is `dd`'s, as the database's user: what it may write is what the server may write.
 */
const SCRIPT = `while read -r _; do
  if said=$(dd if=/dev/zero of="$1/mha4rdb.pulse" bs=512 count=1 conv=fsync,notrunc status=none 2>&1)
  then echo ok $(stat -f -c '%a %S' "$1" "$1/pg_wal")
  else echo "no \${said##*: }"
  fi
done`;

/**
 * Writes to the data directory now and then, in a process of its own. Storage that hangs leaves whoever
 * writes to it in a sleep that no signal ends: here that is a shell of one megabyte, and neither the
 * agent nor a thread of its pool, of which a few would stop everything else. It ends with the agent, as
 * its input does.
 */
export class StoragePulse {
  private child: ChildProcess | undefined;
  private askedAt: number | null = null;
  private doneAt = Number.NEGATIVE_INFINITY;
  private last: Omit<StorageFindings, 'pendingMs'> = { error: null, free: null };

  constructor(
    private readonly config: Pick<PostgresConfig, 'dataDir' | 'osUser'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Asks for the next write when it is due; to be called while the server runs, and only then. */
  beat(): void {
    if (this.askedAt !== null || this.now() - this.doneAt < EVERY_MS) return;
    const child = this.child ?? this.launch();
    this.askedAt = this.now();
    child.stdin?.write('\n');
  }

  findings(): StorageFindings {
    const pendingMs = this.askedAt === null ? null : this.now() - this.askedAt;
    return { ...this.last, pendingMs };
  }

  private launch(): ChildProcess {
    const child = spawn('/bin/sh', ['-c', SCRIPT, 'mha4rdb-pulse', this.config.dataDir], {
      cwd: '/',
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
      ...asUser(this.config.osUser),
    });
    this.child = child;
    // It must not keep the agent from ending.
    child.unref();
    for (const pipe of [child.stdin, child.stdout]) (pipe as Socket).unref();
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = (lines.pop() ?? '').slice(-1000);
      for (const line of lines) this.take(line);
    });
    child.stdin.on('error', () => undefined);
    // A probe that cannot be run says nothing about the storage.
    child.once('error', () => this.forget());
    child.once('exit', () => this.forget());
    return child;
  }

  private take(line: string): void {
    const read = readStorageLine(line);
    if (read !== undefined) this.last = read;
    this.askedAt = null;
    this.doneAt = this.now();
  }

  private forget(): void {
    this.child = undefined;
    this.askedAt = null;
    this.doneAt = this.now();
  }
}
