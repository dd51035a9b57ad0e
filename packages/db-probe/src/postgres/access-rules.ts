/** Who may connect; see `DatabaseEngine.admit`. */
export type Admission = 'replication' | 'all';

export interface AccessRules {
  readonly superuser: string;
  readonly replicationUser: string;
  /** Addresses or names of the hosts of all data members, this one's too. */
  readonly memberHosts: readonly string[];
  /** The operator's lines; they stand before every line that was kept. */
  readonly userLines: readonly string[];
  /** Lines of the `pg_hba.conf` that an adopted directory had. */
  readonly keptLines: readonly string[];
  readonly admits: Admission;
}

/** First line of the files that we write; a file without it belongs to somebody else. */
export const MANAGED_HEADER = '# Written by mha4rdb; changes here are lost. Use database.hba.';
/** The name that maps operating-system users to the superuser in `pg_ident.conf`. */
export const IDENT_MAP = 'mha4rdb';

/**
 * The text of `pg_hba.conf`. First what the agent itself needs: its Unix-socket session by the
 * operating system's word (`peer`: no password, and no key derivation four times a second), and the
 * members' replication. Then, with `all`, pg_rewind's superuser session from member hosts and the
 * operator's lines; with `replication`, nobody else: consumers may run on a member's host, so
 * even the superuser waits for the gate there (protocol §5).
 */
export function renderAccessRules(rules: AccessRules): string {
  const superuser = quoteName(rules.superuser);
  const hosts = [...new Set(rules.memberHosts)].map(hostPattern);
  const lines = [
    MANAGED_HEADER,
    `# admits: ${rules.admits}`,
    `local all ${superuser} peer map=${IDENT_MAP}`,
    ...hosts.map(
      (host) => `host replication ${quoteName(rules.replicationUser)} ${host} scram-sha-256`,
    ),
  ];
  if (rules.admits === 'replication') {
    return [...lines, 'local all all reject', 'host all all all reject', ''].join('\n');
  }
  return [
    ...lines,
    ...hosts.map((host) => `host all ${superuser} ${host} scram-sha-256`),
    ...rules.userLines,
    ...rules.keptLines,
    '',
  ].join('\n');
}

/** The admission that a `pg_hba.conf` of ours was written for; `undefined` if it is not ours. */
export function admissionOf(text: string): Admission | undefined {
  const [header, second] = text.split('\n');
  if (header !== MANAGED_HEADER) return undefined;
  return second === '# admits: replication' ? 'replication' : 'all';
}

/** The lines of `pg_ident.conf` that let the agent's and the database's own user in. */
export function identLines(osUsers: readonly string[], superuser: string): readonly string[] {
  return [...new Set(osUsers)].map(
    (user) => `${IDENT_MAP} ${quoteName(user)} ${quoteName(superuser)}`,
  );
}

/** Adds our lines before those that are there; idempotent. */
export function withIdentLines(text: string, lines: readonly string[]): string {
  const others = text.split('\n').filter((line) => !line.startsWith(`${IDENT_MAP} `));
  return [...lines, ...others].join('\n').replace(/\n*$/, '\n');
}

function hostPattern(host: string): string {
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(host)) return `${host}/32`;
  return host.includes(':') ? `${host}/128` : host;
}

function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
