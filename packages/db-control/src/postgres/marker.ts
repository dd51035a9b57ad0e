import {
  MARKER_TABLE,
  numberOf,
  parseLsn,
  SCHEMA,
  textOf,
  timelineOfWalFile,
} from '@mha4rdb/db-probe';
import { epochOf, type DatabasePosition, type Epoch } from '@mha4rdb/kernel';
import type { EpochMarker } from '../engine.js';
import { withLocal, type Context } from './context.js';
import type { Deadline } from './deadline.js';
import { EngineFailure } from './failure.js';
import { ensureRoles } from './roles.js';
import type { Session } from './session.js';

/**
 * Writes the marker of an epoch, once, as the first record of ours after a promotion, and answers
 * where the log ends behind it. Waits for no standby (the barrier does). Refuses an epoch below the
 * last marker: epochs strictly increase along one history. Only the first marker of a cluster replaces
 * what stands: the directory may have been another cluster's, whose epochs count for nothing here.
 */
export function writeMarker(
  context: Context,
  { epoch, first }: EpochMarker,
  deadline: Deadline,
): Promise<DatabasePosition> {
  return withLocal(context, deadline, async (session) => {
    const [state] = await session.rows(
      `select pg_is_in_recovery() as standby,
         to_regclass('${MARKER_TABLE}') is not null as has_marker`,
      deadline,
    );
    if (state?.['standby'] === true) {
      throw new EngineFailure('refused', 'a standby cannot write a marker', 'Promote it first.');
    }
    if (state?.['has_marker'] !== true) await session.rows(CREATE, deadline);
    const last = await lastMarker(session, deadline);
    if (last > epoch && !first) {
      throw new EngineFailure('refused', `the log has a marker of epoch ${last}, after ${epoch}`);
    }
    if (last !== epoch) {
      await session.rows(
        `delete from ${MARKER_TABLE} where epoch > ${epoch};
         insert into ${MARKER_TABLE} (epoch) values (${epoch})`,
        deadline,
      );
    }
    await ensureRoles(context, session, deadline);
    return positionNow(session, epoch, deadline);
  });
}

const CREATE = `create schema if not exists ${SCHEMA};
  create table if not exists ${MARKER_TABLE} (
    epoch bigint primary key, written_at timestamptz not null default clock_timestamp())`;

async function lastMarker(session: Session, deadline: Deadline): Promise<Epoch> {
  const [row] = await session.rows(
    `select max(epoch)::text as epoch from ${MARKER_TABLE}`,
    deadline,
  );
  return epochOf(numberOf(row?.['epoch']) ?? 0);
}

async function positionNow(
  session: Session,
  epoch: Epoch,
  deadline: Deadline,
): Promise<DatabasePosition> {
  const [row] = await session.rows(
    `select pg_current_wal_flush_lsn()::text as lsn,
       pg_walfile_name(pg_current_wal_flush_lsn()) as wal_file`,
    deadline,
  );
  return {
    epoch,
    timeline: timelineOfWalFile(textOf(row?.['wal_file'])) ?? 0,
    lsn: parseLsn(textOf(row?.['lsn'])) ?? 0,
  };
}
