import {
  planSlots,
  readSlots,
  slotNameOf,
  SLOTS_SQL,
  type SlotChange,
  type SlotsAnswer,
  type SlotWish,
} from '@mha4rdb/db-probe';
import type { DatabaseAddress, LogToKeep } from '../engine.js';
import { withLocal, type Context } from './context.js';
import type { Deadline } from './deadline.js';
import { withSession, type Session } from './session.js';

/**
 * Keeps, on this server, the log that the other members may still ask it for, now or once it is
 * primary: one physical slot for each, moved along with that member. Nobody streams through these
 * slots. A standby that named one could be refused by it (missing, taken by its own dead connection,
 * invalidated) just when it must attach; as a bookmark a slot can only keep log, never cost a stream.
 * `max_slot_wal_keep_size` bounds what they keep.
 *
 * Permanent slots of the configuration stand on every member too. On a standby they follow the
 * primary's, so that a consumer finds its place on whoever is promoted.
 */
export async function keepSlots(
  context: Context,
  { members, primary }: LogToKeep,
  deadline: Deadline,
): Promise<void> {
  const { permanentSlots = [] } = context.config;
  const permanent =
    permanentSlots.length === 0 ? [] : await permanentWishes(context, primary, deadline);
  await withLocal(context, deadline, async (session) => {
    const answer = readSlots(await session.rows(SLOTS_SQL, deadline));
    const wishes = [...memberWishes(members, answer), ...permanent].map((wish) => ({
      ...wish,
      keepFrom: wish.keepFrom === null ? null : Math.min(wish.keepFrom, answer.endLsn),
    }));
    for (const change of planSlots(answer.slots, wishes)) await carryOut(session, change, deadline);
  });
}

function memberWishes(members: LogToKeep['members'], { redoLsn }: SlotsAnswer): SlotWish[] {
  return members.flatMap(({ node, keepFrom }) => {
    const name = slotNameOf(node);
    if (name === null) return [];
    return [{ name, keepFrom: keepFrom === 'checkpoint' ? redoLsn : keepFrom }];
  });
}

/** On the primary (null) they are their consumers' to move; elsewhere they stand where they do there. */
async function permanentWishes(
  { config }: Context,
  primary: DatabaseAddress | null,
  deadline: Deadline,
): Promise<readonly SlotWish[]> {
  const names = config.permanentSlots ?? [];
  if (primary === null) return names.map((name) => ({ name, keepFrom: null }));
  const { name: user, password } = config.superuser;
  const target = { host: primary.host, port: primary.port, user, password };
  const { slots } = await withSession(target, deadline, async (session) =>
    readSlots(await session.rows(SLOTS_SQL, deadline)),
  );
  return names.map((name) => ({
    name,
    keepFrom: slots.find((slot) => slot.name === name)?.restartLsn ?? null,
  }));
}

async function carryOut(session: Session, change: SlotChange, deadline: Deadline): Promise<void> {
  // Names are `[a-z0-9_]` and positions numbers: nothing here needs quoting beyond this.
  const name = `'${change.name}'`;
  switch (change.kind) {
    case 'create':
      await session.rows(`select pg_create_physical_replication_slot(${name}, true)`, deadline);
      return;
    case 'drop':
      await session.rows(`select pg_drop_replication_slot(${name})`, deadline);
      return;
    case 'advance':
      await session.rows(
        `select pg_replication_slot_advance(${name}, '0/0'::pg_lsn + ${change.lsn})`,
        deadline,
      );
      return;
  }
}
