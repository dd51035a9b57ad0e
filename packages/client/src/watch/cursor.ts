import type { WatchResponse } from '../gen/mha4rdb/v1/cluster_service_pb.js';
import type { ClusterEvent as WireEvent } from '../gen/mha4rdb/v1/event_pb.js';
import { committedEventOf, type ClusterEvent } from '../events/cluster-event.js';
import { differences, impairedIn } from '../events/differences.js';
import { statusOf, type ClusterStatus } from '../status/cluster-status.js';
import { leaderIn } from '../status/leader.js';

/** How far a watch has come; carried from stream to stream and from member to member. */
export interface Cursor {
  /** The last committed revision that was delivered in part or in whole; null before the first message. */
  readonly revision: number | null;
  /** The types delivered at `revision`; 'all' when nothing of it is still to come. */
  readonly delivered: ReadonlySet<string> | 'all';
  /** The last status that was accepted, and the revision at which it was made. */
  readonly status: ClusterStatus | null;
  readonly statusRevision: number;
  readonly impaired: ReadonlySet<string>;
  /** The epoch of the last leader that was told or was there at the start. */
  readonly leaderEpoch: number;
  /** After a gap: told when the kept events, up to this revision, have not told a newer leader. */
  readonly owedLeader: { readonly at: number; readonly status: ClusterStatus } | null;
}

export interface Advance {
  readonly cursor: Cursor;
  readonly events: readonly ClusterEvent[];
}

/** `fromRevision`: what is greater is still to come; undefined: what comes after the first message. */
export function cursorFrom(fromRevision: number | undefined): Cursor {
  return {
    revision: fromRevision ?? null,
    delivered: 'all',
    status: null,
    statusRevision: -1,
    impaired: new Set(),
    leaderEpoch: 0,
    owedLeader: null,
  };
}

/** What to ask a member for. A revision that was delivered in part is asked for once more. */
export function afterRevisionOf({ revision, delivered }: Cursor): number | undefined {
  if (revision === null) return undefined;
  return delivered === 'all' ? revision : Math.max(0, revision - 1);
}

/**
 * Takes one message of a stream. An event that was delivered before is dropped (same revision and
 * type), whichever member sends it; a status older than one accepted before tells nothing.
 */
export function advance(cursor: Cursor, message: WatchResponse): Advance {
  switch (message.body.case) {
    case 'status':
      return takeStatus(cursor, statusOf(message.body.value), message);
    case 'event':
      return takeEvent(cursor, message.body.value);
    case undefined:
      return { cursor, events: [] };
  }
}

function takeStatus(cursor: Cursor, status: ClusterStatus, message: WatchResponse): Advance {
  const at = Number(message.revision);
  const started = startedWith(cursor, status, at);
  if (at < started.statusRevision) return { cursor: started, events: [] };
  const events =
    started.status === null
      ? []
      : differences(started.status, status, started.impaired, started.revision ?? at);
  return {
    cursor: {
      ...started,
      status,
      statusRevision: at,
      impaired: impairedIn(status, started.impaired),
      owedLeader: message.gap ? { at, status } : started.owedLeader,
    },
    events,
  };
}

function startedWith(cursor: Cursor, status: ClusterStatus, at: number): Cursor {
  if (cursor.revision !== null) return cursor;
  return { ...cursor, revision: at, delivered: 'all', leaderEpoch: status.epoch };
}

function takeEvent(cursor: Cursor, wire: WireEvent): Advance {
  const revision = Number(wire.revision);
  const last = cursor.revision ?? -1;
  if (revision < last || (revision === last && wasDelivered(cursor, wire.type))) {
    return payLeader(cursor, revision, []);
  }
  const delivered = new Set(
    revision === last && cursor.delivered !== 'all' ? cursor.delivered : [],
  ).add(wire.type);
  const event = committedEventOf(wire);
  const told = event?.type === 'leaderChanged' ? event.leader.epoch : 0;
  const next = {
    ...cursor,
    revision,
    delivered,
    leaderEpoch: Math.max(cursor.leaderEpoch, told),
  };
  return payLeader(next, revision, event === null ? [] : [event]);
}

function wasDelivered({ delivered }: Cursor, type: string): boolean {
  return delivered === 'all' || delivered.has(type);
}

/** A change of leader whose own event is lost in a gap is told from the status instead. */
function payLeader(cursor: Cursor, revision: number, events: readonly ClusterEvent[]): Advance {
  const owed = cursor.owedLeader;
  if (owed === null || revision < owed.at) return { cursor, events };
  const leader = leaderIn(owed.status);
  const paid = { ...cursor, owedLeader: null };
  if (leader === null || leader.epoch <= cursor.leaderEpoch) return { cursor: paid, events };
  const changed: ClusterEvent = {
    type: 'leaderChanged',
    revision: owed.at,
    at: owed.status.asOf,
    leader,
    from: null,
    operationId: null,
  };
  return {
    cursor: { ...paid, leaderEpoch: leader.epoch },
    events: [...events, changed],
  };
}
