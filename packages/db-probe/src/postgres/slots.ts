import type { NodeId } from '@mha4rdb/kernel';
import type { Row } from './probe-rows.js';
import { lsnOf, textOf } from './probe-rows.js';

/** Slots that mha4rdb keeps for members begin so; no other slot is ever dropped. */
const PREFIX = 'mha_';
/** PostgreSQL's `NAMEDATALEN` without its end. */
const LONGEST_NAME = 63;

/**
 * The name of the slot that keeps log for a member. A node id has no underscore, so two of them never
 * share one. Null for an id so long that no name is left for it: `wal_keep_size` alone serves it.
 */
export function slotNameOf(node: NodeId): string | null {
  const name = `${PREFIX}${node.replaceAll('-', '_')}`;
  return name.length > LONGEST_NAME ? null : name;
}

/** One physical slot of the server, as `SLOTS_SQL` shows it. */
export interface SlotView {
  readonly name: string;
  /** Somebody streams through it, and moves it. */
  readonly active: boolean;
  /** From where on it keeps log; null: of an invalidated one, nothing. */
  readonly restartLsn: number | null;
}

/** A slot that shall be, keeping log from `keepFrom` on; null: from where it stands. */
export interface SlotWish {
  readonly name: string;
  readonly keepFrom: number | null;
}

export type SlotChange =
  | { readonly kind: 'create'; readonly name: string }
  | { readonly kind: 'advance'; readonly name: string; readonly lsn: number }
  | { readonly kind: 'drop'; readonly name: string };

/**
 * What brings the server's slots after the wishes. A slot moves forward only: what was let go of is
 * gone. One that lost its log to `max_slot_wal_keep_size` keeps nothing and could never move: it
 * begins anew. Of the slots that nobody wishes only those of former members go.
 */
export function planSlots(
  slots: readonly SlotView[],
  wishes: readonly SlotWish[],
): readonly SlotChange[] {
  const wished = new Set(wishes.map(({ name }) => name));
  const unwanted = slots
    .filter(({ name, active }) => name.startsWith(PREFIX) && !wished.has(name) && !active)
    .map(({ name }) => ({ kind: 'drop', name }) as const);
  return [...unwanted, ...wishes.flatMap((wish) => changesFor(wish, slots))];
}

function changesFor({ name, keepFrom }: SlotWish, slots: readonly SlotView[]): SlotChange[] {
  const slot = slots.find((each) => each.name === name);
  if (slot === undefined) return [{ kind: 'create', name }];
  if (slot.active) return [];
  if (slot.restartLsn === null) {
    return [
      { kind: 'drop', name },
      { kind: 'create', name },
    ];
  }
  return keepFrom !== null && keepFrom > slot.restartLsn
    ? [{ kind: 'advance', name, lsn: keepFrom }]
    : [];
}

/**
 * The physical slots, where the server's last checkpoint begins (recovery starts there, and so would a
 * former primary's rewind), and the end of its log, beyond which no slot can be moved.
 */
export const SLOTS_SQL = `select s.slot_name as name, s.active, s.restart_lsn::text as restart,
  c.redo_lsn::text as redo,
  case when pg_is_in_recovery() then pg_last_wal_replay_lsn()
    else pg_current_wal_flush_lsn() end::text as end
from pg_control_checkpoint() c left join pg_replication_slots s on s.slot_type = 'physical'`;

export interface SlotsAnswer {
  readonly slots: readonly SlotView[];
  readonly redoLsn: number;
  readonly endLsn: number;
}

/** Reads the rows of `SLOTS_SQL`. */
export function readSlots(rows: readonly Row[]): SlotsAnswer {
  const slots = rows.flatMap((row): SlotView[] => {
    const name = textOf(row['name']);
    const restartLsn = lsnOf(row['restart']) ?? null;
    return name === '' ? [] : [{ name, active: row['active'] === true, restartLsn }];
  });
  const [first] = rows;
  return { slots, redoLsn: lsnOf(first?.['redo']) ?? 0, endLsn: lsnOf(first?.['end']) ?? 0 };
}
