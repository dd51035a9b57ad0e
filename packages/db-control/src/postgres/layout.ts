import { dirname, join } from 'node:path';
import { MANAGED_FILE } from '@mha4rdb/db-probe';

/** Where everything stands, from the one configured path. */
export interface Layout {
  readonly dataDir: string;
  readonly parent: string;
  readonly versionFile: string;
  readonly managedFile: string;
  readonly mainFile: string;
  readonly autoFile: string;
  readonly hbaFile: string;
  /** What `pg_hba.conf` was before we came; kept, and its lines come after ours. */
  readonly keptHbaFile: string;
  readonly identFile: string;
  readonly standbySignal: string;
  /** Says that this directory was created by this node's engine and may be pruned later. */
  readonly createdMark: string;
  /** Beside the data directory: files of ours that must not be copied with it. */
  readonly sideDir: string;
  readonly passfile: string;
  readonly serverLog: string;
  /** Stands while a rewind is under way: the data directory is no database meanwhile. */
  readonly rewindMark: string;
  readonly workDir: string;
  readonly workData: string;
}

export function layoutOf(dataDir: string): Layout {
  const sideDir = `${dataDir}.mha4rdb`;
  const workDir = join(sideDir, 'work');
  return {
    dataDir,
    parent: dirname(dataDir),
    versionFile: join(dataDir, 'PG_VERSION'),
    managedFile: join(dataDir, MANAGED_FILE),
    mainFile: join(dataDir, 'postgresql.conf'),
    autoFile: join(dataDir, 'postgresql.auto.conf'),
    hbaFile: join(dataDir, 'pg_hba.conf'),
    keptHbaFile: join(dataDir, 'pg_hba.conf.before-mha4rdb'),
    identFile: join(dataDir, 'pg_ident.conf'),
    standbySignal: join(dataDir, 'standby.signal'),
    createdMark: join(dataDir, 'mha4rdb.created'),
    sideDir,
    passfile: join(sideDir, 'pgpass'),
    serverLog: join(sideDir, 'server.log'),
    rewindMark: join(sideDir, 'rewinding'),
    workDir,
    workData: join(workDir, 'data'),
  };
}
