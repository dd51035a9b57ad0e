/** What the probe of the data directory's storage found last; see `judgeStorage`. */
export interface StorageFindings {
  /** Milliseconds since which a write to the data directory has not come back; null: none is out. */
  readonly pendingMs: number | null;
  /** Why the last write failed, in the C library's words; null when it did not. */
  readonly error: string | null;
  /** Bytes that the database's user may still write; null while it is not known. */
  readonly free: { readonly dataDir: number; readonly log: number } | null;
}

export interface StorageVerdict {
  /** The database cannot work on this: as if it had hung. */
  readonly failed: boolean;
  /** What people should know, as a sentence; null when all is well. */
  readonly problem: string | null;
}

/**
 * A flush that takes seconds is a busy disk, and a failover would move the load to another one. Longer
 * than this, storage does not answer any more (a lost path, a frozen file system).
 */
const STALLED_MS = 10_000;

/** Four segments of log: the server ends when it cannot write one. */
const SCARCE_BYTES = 64 << 20;

/** Errors after which the storage will not come back by itself. Full is none of them. */
const BROKEN = ['Read-only file system', 'Input/output error', 'Structure needs cleaning'];

/**
 * Hung and broken storage is a reason to go elsewhere. Full storage is not: the others hold the same
 * data, and the server goes on as far as it can; it is said, before the server has to end.
 */
export function judgeStorage({ pendingMs, error, free }: StorageFindings): StorageVerdict {
  if (pendingMs !== null && pendingMs >= STALLED_MS) {
    const seconds = Math.round(pendingMs / 1000);
    return { failed: true, problem: `the data directory has not taken a write for ${seconds} s` };
  }
  if (error !== null && BROKEN.includes(error)) {
    return { failed: true, problem: `the data directory takes no writes: ${error}` };
  }
  const scarce = free === null ? undefined : scarceOf(free);
  return { failed: false, problem: scarce ?? null };
}

function scarceOf({ dataDir, log }: NonNullable<StorageFindings['free']>): string | undefined {
  if (log < SCARCE_BYTES) return `the file system of pg_wal has ${megabytes(log)} MB left`;
  if (dataDir < SCARCE_BYTES) {
    return `the file system of the data directory has ${megabytes(dataDir)} MB left`;
  }
  return undefined;
}

const megabytes = (bytes: number): number => Math.floor(bytes / (1 << 20));

/**
 * Reads one line of the probe: `ok FREE SIZE FREE SIZE` (blocks of the data directory and of the log),
 * or `no WORDS`. Undefined for anything else.
 */
export function readStorageLine(line: string): Omit<StorageFindings, 'pendingMs'> | undefined {
  const [word = '', ...rest] = line.trim().split(' ');
  if (word === 'no') return { error: rest.join(' '), free: null };
  const [freeData, sizeData, freeLog, sizeLog] = rest.map(Number);
  const numbers = [freeData, sizeData, freeLog, sizeLog];
  if (word !== 'ok' || !numbers.every(Number.isSafeInteger)) return undefined;
  return {
    error: null,
    free: {
      dataDir: (freeData ?? 0) * (sizeData ?? 0),
      log: (freeLog ?? 0) * (sizeLog ?? 0),
    },
  };
}
