import type { DatabaseAddress } from '../engine.js';
import type { Context } from './context.js';
import type { Deadline } from './deadline.js';
import { EngineFailure } from './failure.js';
import { withSession } from './session.js';

/**
 * Asks the server at `from` for its system identifier, as the replication role. Settles in one
 * round trip what a copy would find out late: not reachable, wrong password, another cluster.
 */
export async function identifySource(
  context: Context,
  from: DatabaseAddress,
  deadline: Deadline,
): Promise<string> {
  const { name, password } = context.config.replication;
  const target = { host: from.host, port: from.port, user: name, password, replication: true };
  return withSession(target, deadline.within(5000), async (session) => {
    const [row] = await session.rows('IDENTIFY_SYSTEM', deadline);
    return String(row?.['systemid']);
  });
}

/** A server to copy from, and the database system that it is. */
export interface Source {
  readonly id: string;
  readonly from: DatabaseAddress;
}

/** Refuses when a database that is here, or that is expected, is of another cluster. */
export function checkSystemId(
  source: Source,
  other: { readonly id: string; readonly what: string },
): void {
  if (source.id === other.id) return;
  throw new EngineFailure(
    'foreign-system',
    `${source.from.node} at ${source.from.host}:${source.from.port} is database system ${source.id}, but ${other.what} is ${other.id}`,
    'These were never one database. Check the addresses; to join anyway, move the data directory away by hand.',
  );
}

/**
 * Makes the source's control file tell its present timeline. Right after a promotion it still tells
 * the old one until the first checkpoint, and pg_rewind would find nothing to do.
 */
export async function checkpointSource(
  context: Context,
  from: DatabaseAddress,
  deadline: Deadline,
): Promise<void> {
  const { name, password } = context.config.superuser;
  const target = { host: from.host, port: from.port, user: name, password };
  await withSession(target, deadline, async (session) => {
    const [row] = await session.rows(
      `select pg_is_in_recovery() as standby, case when pg_is_in_recovery() then true else
         ('x' || substr(pg_walfile_name(pg_current_wal_flush_lsn()), 1, 8))::bit(32)::int
           = (select timeline_id from pg_control_checkpoint()) end as told`,
      deadline,
    );
    if (row?.['standby'] === true) {
      throw new EngineFailure('refused', `${from.node} is a standby`, 'Rewind from the primary.');
    }
    if (row?.['told'] !== true) await session.rows('checkpoint', deadline);
  });
}
