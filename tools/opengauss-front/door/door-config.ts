import type { HbaMethod, StoredUser } from './challenge.js';

/** What one door stands for: the outside of one emulated server. */
export interface DoorConfig {
  readonly listen: { readonly host: string; readonly port: number };
  /** Where clients of the same host connect; they are trusted there. */
  readonly socketDir?: string;
  /** The PostgreSQL server behind, reached over its Unix socket, which trusts. */
  readonly server: { readonly socketDir: string; readonly port: number };
  /** One for all, or what the access rules say of each; local ones are trusted. */
  readonly method: HbaMethod | ((client: DoorClient) => HbaMethod | 'reject' | undefined);
  readonly users: readonly StoredUser[];
  /** The user of initdb, which may log in from this host only. */
  readonly initialUser: string;
  readonly failedLoginAttempts: number;
  readonly passwordLockMs: number;
  /** 0 for a server of before 3.50. */
  readonly newestMinor: number;
  /** PEM files; without them TLS is refused with `N`. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** A client before its login. */
export interface DoorClient {
  readonly user: string;
  readonly database: string;
  /** Absent over the Unix socket. */
  readonly address: string | undefined;
}

/** One line for each thing that a test wants to count. Never with a password. */
export interface DoorEvent {
  readonly event: 'listening' | 'asked' | 'right' | 'wrong' | 'locked' | 'refused';
  readonly user?: string;
  readonly code?: number;
  readonly minor?: number;
  readonly failures?: number;
  readonly tls?: boolean;
}
