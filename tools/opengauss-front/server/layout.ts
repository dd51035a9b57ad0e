import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files of an emulated data directory; the PostgreSQL server behind has one inside of it. */
export interface FrontLayout {
  readonly dataDir: string;
  readonly pg: string;
  readonly run: string;
  readonly conf: string;
  readonly hba: string;
  readonly pidFile: string;
  readonly termFile: string;
  readonly log: string;
  /** What the functions in SQL read, since they have no other way to see the process before them. */
  readonly sqlMode: string;
  readonly sqlTerm: string;
  readonly sqlConn: string;
  readonly sqlConnDone: string;
}

export function frontLayout(dataDir: string): FrontLayout {
  const pg = join(dataDir, 'pg');
  return {
    dataDir,
    pg,
    run: join(dataDir, 'run'),
    conf: join(dataDir, 'postgresql.conf'),
    hba: join(dataDir, 'pg_hba.conf'),
    pidFile: join(dataDir, 'postmaster.pid'),
    termFile: join(dataDir, 'term_file'),
    log: join(dataDir, 'front.log'),
    sqlMode: join(pg, 'front.mode'),
    sqlTerm: join(pg, 'front.term'),
    sqlConn: join(pg, 'front.disable_conn'),
    sqlConnDone: join(pg, 'front.disable_conn.done'),
  };
}

/** `name = 'value'` lines of `postgresql.conf`; the last of a name counts. */
export function readSettings(path: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const line of readIfThere(path).split('\n')) {
    const match = /^\s*([a-z_0-9.]+)\s*=\s*(?:'((?:[^']|'')*)'|([^#\s]+))/.exec(line);
    if (match?.[1] === undefined) continue;
    settings.set(match[1], match[2]?.replaceAll("''", "'") ?? match[3] ?? '');
  }
  return settings;
}

export function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** Whole or not at all: the other side reads at any time. */
export function replaceFile(path: string, content: string | Buffer): void {
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
}

/** One `replconninfoN`. */
export interface ReplConnInfo {
  readonly localHost: string;
  readonly localPort: number;
  readonly remoteHost: string;
  readonly remotePort: number;
}

export function readReplConnInfos(settings: ReadonlyMap<string, string>): readonly ReplConnInfo[] {
  const infos: ReplConnInfo[] = [];
  for (let i = 1; i <= 8; i += 1) {
    const words = new Map(
      (settings.get(`replconninfo${i}`) ?? '')
        .split(/\s+/)
        .map((word) => word.split('='))
        .map(([name = '', value = '']) => [name, value]),
    );
    const remoteHost = words.get('remotehost');
    if (remoteHost === undefined) continue;
    infos.push({
      localHost: words.get('localhost') ?? '',
      localPort: Number(words.get('localport')),
      remoteHost,
      remotePort: Number(words.get('remoteport')),
    });
  }
  return infos;
}

/** The uint32 of `term_file`, in this machine's order; 0 when there is none. */
export function readTerm(path: string): number {
  return existsSync(path) ? readFileSync(path).readUInt32LE(0) : 0;
}

export function termBytes(term: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(term);
  return bytes;
}
