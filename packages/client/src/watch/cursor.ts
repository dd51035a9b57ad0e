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
  /** The last status that was accepted. */
  readonly status: ClusterStatus | null;
  readonly impaired: ReadonlySet<string>;
  /** The epoch of the last leader that was told, or was there at the start; 0 for none. */
  readonly leaderEpoch: number;
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
    impaired: new Set(),
    leaderEpoch: 0,
  };
}

/** What to ask a member for. A revision that was delivered in part is asked for once more. */
export function afterRevisionOf({ revision, delivered }: Cursor): number | undefined {
  if (revision === null) return undefined;
  return delivered === 'all' ? revision : Math.max(0, revision - 1);
}

/**
 * Takes one message of a stream. An event that was delivered before is dropped (same revision and
 * type), whichever member sends it; so is the status of a member that is an epoch behind, which it
 * sends again when it has caught up. `receivedAt` stands in for an event that carries no time.
 */
export function advance(cursor: Cursor, message: WatchResponse, receivedAt: string): Advance {
  switch (message.body.case) {
    case 'status':
      return takeStatus(cursor, statusOf(message.body.value), message);
    case 'event':
      return takeEvent(cursor, message.body.value, receivedAt);
    case undefined:
      return { cursor, events: [] };
  }
}

function takeStatus(before: Cursor, status: ClusterStatus, message: WatchResponse): Advance {
  if (status.epoch < (before.status?.epoch ?? 0)) return { cursor: before, events: [] };
  const revision = Number(message.revision);
  const cursor = before.revision === null ? beginAt(before, revision, status) : before;
  const missed = message.gap ? missedLeader(cursor, status, revision) : [];
  const observed =
    cursor.status === null
      ? []
      : differences(cursor.status, status, cursor.impaired, cursor.revision ?? revision);
  return {
    cursor: {
      ...cursor,
      status,
      impaired: impairedIn(status, cursor.impaired),
      leaderEpoch: missed.length > 0 ? status.epoch : cursor.leaderEpoch,
    },
    events: [...missed, ...observed],
  };
}

function beginAt(cursor: Cursor, revision: number, status: ClusterStatus): Cursor {
  const leaderEpoch = status.primary === null ? 0 : status.epoch;
  return { ...cursor, revision, delivered: 'all', leaderEpoch };
}

/** A change of leader whose own event may be lost in a gap is told from the status. */
function missedLeader(
  { leaderEpoch }: Cursor,
  status: ClusterStatus,
  revision: number,
): readonly ClusterEvent[] {
  const leader = leaderIn(status);
  if (leader === null || leader.epoch <= leaderEpoch) return [];
  const at = status.asOf;
  return [{ type: 'leaderChanged', revision, at, leader, from: null, operationId: null }];
}

function takeEvent(cursor: Cursor, wire: WireEvent, receivedAt: string): Advance {
  const revision = Number(wire.revision);
  const last = cursor.revision ?? -1;
  const again = revision === last && wasDelivered(cursor, wire.type);
  if (revision < last || again) return { cursor, events: [] };
  const before = revision === last && cursor.delivered !== 'all' ? cursor.delivered : [];
  const next = { ...cursor, revision, delivered: new Set(before).add(wire.type) };
  const event = committedEventOf(wire, receivedAt);
  if (event === null || isOvertaken(event, cursor.leaderEpoch)) return { cursor: next, events: [] };
  const leaderEpoch = event.type === 'leaderChanged' ? event.leader.epoch : cursor.leaderEpoch;
  return { cursor: { ...next, leaderEpoch }, events: [event] };
}

function wasDelivered({ delivered }: Cursor, type: string): boolean {
  return delivered === 'all' || delivered.has(type);
}

/** After a gap: an event about a leader before the one that was told from the status. */
function isOvertaken(event: ClusterEvent, leaderEpoch: number): boolean {
  if (event.type === 'leaderChanged') return event.leader.epoch <= leaderEpoch;
  return event.type === 'leaderLost' && event.epoch < leaderEpoch;
}
