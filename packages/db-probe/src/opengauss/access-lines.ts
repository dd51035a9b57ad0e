import type { Admission } from '../postgres/access-rules.js';

export interface AccessLines {
  /** The user of initdb, which replication and builds use; it may not log in remotely otherwise. */
  readonly initialUser: string;
  /** Of all members, this one's too. */
  readonly memberHosts: readonly string[];
  readonly userLines: readonly string[];
  readonly keptLines: readonly string[];
  readonly admits: Admission;
}

const HEADER = '# Written by mha4rdb; changes here are lost. Use database.hba.';

/**
 * The text of `pg_hba.conf`. The family has no `peer`: the local socket trusts, so its directory has
 * to belong to the server's user alone. Members reach each other as the initial user, as `gs_ctl build` wants.
 */
export function renderAccessLines(access: AccessLines): string {
  const hosts = [...new Set(access.memberHosts)];
  const lines = [
    HEADER,
    `local all ${access.initialUser} trust`,
    ...hosts.map((host) => `host replication ${access.initialUser} ${host}/32 trust`),
    ...hosts.map((host) => `host all ${access.initialUser} ${host}/32 trust`),
  ];
  const others =
    access.admits === 'replication'
      ? ['local all all reject', 'host all all 0.0.0.0/0 reject']
      : [...access.userLines, ...access.keptLines];
  return `${[...lines, ...others].join('\n')}\n`;
}

export function isOurAccess(text: string): boolean {
  return text.startsWith(HEADER);
}
