import { rm } from 'node:fs/promises';
import { CREATE_SQL, formatLsn, lsnOf, MARKER_TABLE } from '@mha4rdb/db-probe';
import type { DatabasePosition } from '@mha4rdb/kernel';
import type { EpochMarker } from '../engine.js';
import type { Deadline } from '../postgres/deadline.js';
import { EngineFailure } from '../postgres/failure.js';
import { withGauss, type GaussContext } from './context.js';
import { readNote } from './promote.js';
import { isPrimary, roleOf } from './role.js';
import { lastEpoch } from './seal.js';

/**
 * Writes the marker of an epoch with the term that it began and the place where that was: the family
 * keeps no history of its own, so the log carries it. Otherwise as the engine for PostgreSQL does.
 */
export function writeMarker(
  context: GaussContext,
  { epoch, first }: EpochMarker,
  deadline: Deadline,
): Promise<DatabasePosition> {
  return withGauss(context, deadline, async (session) => {
    const view = await roleOf(session, deadline);
    if (!isPrimary(view)) {
      throw new EngineFailure('refused', 'only a primary writes a marker', 'Promote it first.');
    }
    await session.rows(CREATE_SQL, deadline);
    const now = await roleOf(session, deadline);
    const last = await lastEpoch(session, now, deadline);
    if (last > epoch && !first) {
      throw new EngineFailure('refused', `the log has a marker of epoch ${last}, after ${epoch}`);
    }
    const note = await readNote(context);
    const { term } = now.at;
    const [fromTerm, switchLsn] =
      note?.term === term
        ? [note.fromTerm, note.switchLsn]
        : [term, lsnOf(now.row['written']) ?? 0];
    if (last !== epoch) {
      await session.rows(
        `delete from ${MARKER_TABLE} where epoch > ${epoch};
         insert into ${MARKER_TABLE} (epoch, term, from_term, switch_lsn)
         values (${epoch}, ${term}, ${fromTerm}, '${formatLsn(switchLsn)}')`,
        deadline,
      );
    }
    await rm(context.promotionFile, { force: true });
    const { row } = await roleOf(session, deadline);
    return { epoch, timeline: term, lsn: lsnOf(row['written']) ?? 0 };
  });
}
