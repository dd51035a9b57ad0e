import { textOf } from '@mha4rdb/db-probe';
import type { DatabaseLogin } from './config.js';
import type { Context } from './context.js';
import type { Deadline } from './deadline.js';
import { matchesVerifier, scramVerifier } from './scram.js';
import type { Session } from './session.js';

/**
 * Sees to it that the replication role exists and that both roles have the configured passwords.
 * Writes nothing when all is so already. On a primary; standbys get it with the log.
 */
export async function ensureRoles(
  context: Context,
  session: Session,
  deadline: Deadline,
): Promise<void> {
  const { superuser, replication } = context.config;
  const rows = await session.rows(
    `select rolname, coalesce(rolpassword, '') as password, rolreplication, rolcanlogin
     from pg_authid where rolname in (${literal(superuser.name)}, ${literal(replication.name)})`,
    deadline,
  );
  const roleOf = (login: DatabaseLogin) => rows.find((row) => row['rolname'] === login.name);
  const receiver = roleOf(replication);
  if (receiver === undefined) {
    await session.rows(`create role ${name(replication)} login replication`, deadline);
  } else if (receiver['rolreplication'] !== true || receiver['rolcanlogin'] !== true) {
    await session.rows(`alter role ${name(replication)} login replication`, deadline);
  }
  for (const login of [superuser, replication]) {
    const stored = textOf(roleOf(login)?.['password']);
    if (await matchesVerifier(stored, login.password)) continue;
    const verifier = await scramVerifier(login.password);
    await session.rows(`alter role ${name(login)} password ${literal(verifier)}`, deadline);
    context.config.log(`set the password of the database role ${login.name}`);
  }
}

function name(login: DatabaseLogin): string {
  return `"${login.name.replaceAll('"', '""')}"`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
