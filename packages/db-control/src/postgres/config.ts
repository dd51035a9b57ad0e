import type { Duration, NodeId } from '@mha4rdb/kernel';
import type { DatabaseAddress } from '../engine.js';

/** A login inside the database. The password never leaves the process in argv, SQL or a log. */
export interface DatabaseLogin {
  readonly name: string;
  readonly password: string;
}

/** What the PostgreSQL engine of one node works with. Paths are absolute. */
export interface PostgresConfig {
  /** This node; its standby connects with this as `application_name`. */
  readonly node: NodeId;
  /** Where `postgres`, `initdb`, `pg_basebackup` and `pg_rewind` are. */
  readonly binDir: string;
  /**
   * The data directory. Beside it, `<dataDir>.mha4rdb` holds the password file, the server's log
   * and half-made copies; `<dataDir>.mha-old-<n>` are directories that a clone replaced.
   */
  readonly dataDir: string;
  /** The operating-system user that the server runs as and that owns its files. */
  readonly osUser: { readonly name: string; readonly uid: number; readonly gid: number };
  readonly port: number;
  readonly socketDir: string;
  readonly superuser: DatabaseLogin;
  readonly replication: DatabaseLogin;
  /** The operator's settings; `listen_addresses` is `*` unless it stands here. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The operator's lines of `pg_hba.conf`. */
  readonly hba: readonly string[];
  /** Physical slots for consumers that are no members: they stand on every member, whoever leads. */
  readonly permanentSlots?: readonly string[];
  /** Restores a copy from a backup: a program by its full path, and its arguments. */
  readonly cloneCommand?: readonly string[];
  /** All data members as they are now, this one too: for access rules. */
  readonly members: () => readonly DatabaseAddress[];
  /** Bounds each look at the server; 1000 ms unless set. */
  readonly questionDeadline?: Duration;
  /** Told what the engine does, in sentences without secrets. */
  readonly log: (message: string) => void;
}
