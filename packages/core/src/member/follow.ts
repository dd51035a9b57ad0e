import { logIndexOf, type DatabaseObservation, type Instant, type NodeId } from '@mha4rdb/kernel';
import { classifyAncestry } from '../quorum/position.js';
import { canRewind } from '../quorum/rewindable.js';
import { closedUnlessStandby } from './fence.js';
import type { MemberPlan, MemberSituation } from './plan.js';
import { plan, recordJoining, recordPromise } from './plan.js';
import { hasFreshContact, planRejoin } from './rejoin.js';
import { foreignSystem } from './seal.js';
import { revise } from './revise.js';
import type { MemberState } from './state.js';

/** A standby that does not receive for this long is looked into: perhaps its log has diverged. */
const RECEIVE_PATIENCE_MS = 15_000;

/** How often, and how long, a rewound server may fail to become consistent. */
const FIRST_STREAM = { tries: 3, patienceMs: 120_000 };

/**
 * A server that is not ready for this long will not be by itself: a rewound directory whose source
 * went away never becomes consistent. A copy is made beside it, so that nothing is lost by patience
 * that was too short.
 */
const STARTING_PATIENCE_MS = 600_000;

/** A process that answers nothing at all for this long hangs. */
const SILENT_PATIENCE_MS = 60_000;

/**
 * Somebody else is primary: stop if still writable, start sealed if stopped, then stream from the
 * primary if the own log is a beginning of its log; else go the way back (protocol §9).
 */
export function planFollowing(situation: MemberSituation): MemberPlan {
  const { cluster, member } = situation;
  const { database } = member;
  const wish = closedUnlessStandby(member);
  const settled = noteStarting(
    revise(member, { appointment: null, gate: null, handOver: null }),
    situation.now,
  );
  if (database === null || cluster.primary === null) return plan(settled, wish);
  switch (database.directory.kind) {
    case 'foreign':
      return plan(settled, wish, { trouble: database.directory.reason });
    case 'absent':
    case 'empty':
      return planRejoin({ ...situation, member: settled }, 'clone');
    case 'present':
      break;
  }
  if (cluster.systemId !== null && database.directory.systemId !== cluster.systemId) {
    return plan(settled, wish, {
      trouble: foreignSystem(database.directory.systemId, cluster.systemId),
    });
  }
  if (database.process === 'stopping' || database.role === 'primary') {
    const reason = `${cluster.primary} is primary in epoch ${cluster.epoch}`;
    return plan(
      { ...settled, sealed: null },
      { kind: 'closed' },
      {
        action: { kind: 'stop', mode: 'immediate', reason },
      },
    );
  }
  if (member.rejoin?.epoch === cluster.epoch) {
    return planRejoin({ ...situation, member: settled }, member.rejoin.rung);
  }
  // A server that hangs is ended; what comes up after it is looked at anew.
  if (database.role === 'silent' && lastsSince(settled.silentSince, situation.now)) {
    const reason = 'its server has not answered for long';
    return plan(settled, wish, { action: { kind: 'stop', mode: 'immediate', reason } });
  }
  if (
    settled.startingSince !== null &&
    situation.now - settled.startingSince >= STARTING_PATIENCE_MS
  ) {
    const again = { ...settled, rejoin: null, startingSince: null };
    return planRejoin({ ...situation, member: again }, 'clone');
  }
  if (member.record.mustStream && database.role !== 'standby') {
    return planFirstStream({ ...situation, member: settled }, cluster.primary);
  }
  if (database.process === 'stopped') return plan(settled, wish, { action: { kind: 'start' } });
  if (database.role !== 'standby') return plan(settled, wish);
  return planStandby(
    { ...situation, member: { ...settled, rejoin: null, firstStream: null } },
    database,
    cluster.primary,
  );
}

/** After a rewind: the engine starts the server with its upstream, and it is consistent only then. */
function planFirstStream(situation: MemberSituation, upstream: NodeId): MemberPlan {
  const { cluster, member } = situation;
  const wish = closedUnlessStandby(member);
  if (cluster.phase !== 'running' || !hasFreshContact(situation)) return plan(member, wish);
  if (isHopeless(situation)) return planRejoin(situation, 'clone');
  if (member.database?.upstream === upstream && member.database.process === 'running') {
    return plan(member, wish);
  }
  const record = recordJoining(member, cluster.epoch);
  return plan(member, wish, { record, action: { kind: 'follow', upstream, epoch: cluster.epoch } });
}

/** A directory that a rewind left such that no server comes up on it is copied anew. */
function isHopeless({ member, now }: MemberSituation): boolean {
  const { firstStream, database } = member;
  if (firstStream === null) return false;
  if (database?.process === 'stopped') return firstStream.tries >= FIRST_STREAM.tries;
  return now - firstStream.at >= FIRST_STREAM.patienceMs;
}

function planStandby(
  situation: MemberSituation,
  database: DatabaseObservation,
  upstream: NodeId,
): MemberPlan {
  const { cluster, member, now } = situation;
  const wish = closedUnlessStandby(member);
  const record = recordJoining(member, cluster.epoch);
  if (database.upstream === upstream) {
    const noted = noteReceiving(member, database, now);
    const silent = noted.notReceivingSince;
    if (silent === null || now - silent < RECEIVE_PATIENCE_MS || cluster.phase !== 'running') {
      return plan(noted, wish, { record });
    }
    // It was let in once, or found to be a beginning of another's log: asked anew, by the log alone.
    if (hasDiverged(situation, database)) {
      return planRejoin({ ...situation, member: noted }, firstRung(cluster, database));
    }
    // A healthy copy that only cannot reach the primary is left as it is.
    const seconds = Math.round((now - silent) / 1000);
    return plan(noted, wish, {
      record,
      trouble: `does not receive from ${upstream} for ${seconds} s, though its log is a beginning of the primary's`,
    });
  }
  switch (classifyAttachment(situation, database)) {
    case 'attach':
      return plan({ ...member, notReceivingSince: null }, wish, {
        record,
        action: { kind: 'follow', upstream, epoch: cluster.epoch },
      });
    case 'wait':
      // It missed the seal of the election: what it still asks belongs to an epoch that is dead, may
      // meanwhile be a copy of another log on an equal timeline number, and would be let in by it.
      return database.upstream == null
        ? plan(member, wish)
        : plan(member, wish, {
            record: recordPromise(member, cluster.epoch),
            action: { kind: 'seal', election: logIndexOf(cluster.epoch) },
          });
    case 'diverged':
      return planRejoin(situation, firstRung(cluster, database));
  }
}

/** Winding back is faster than a copy; only where numbers cannot deceive it. */
function firstRung(
  cluster: MemberSituation['cluster'],
  { position }: DatabaseObservation,
): 'rewind' | 'clone' {
  return position !== undefined && canRewind(position, cluster.lineage) ? 'rewind' : 'clone';
}

/**
 * May this log be continued by the primary's? Once confirmed, the lineage and the primary's timeline
 * history say. Before, only who is not beyond the appointed one's sealed position, on the same
 * history, may attach: it is what the barrier waits for.
 */
export function classifyAttachment(
  { cluster, member }: Pick<MemberSituation, 'cluster' | 'member'>,
  database: DatabaseObservation,
): 'attach' | 'wait' | 'diverged' {
  const { position, replayedLsn } = database;
  if (position === undefined || replayedLsn === undefined) return 'wait';
  if (cluster.phase === 'running') {
    if (!hasDiverged({ cluster }, database)) return 'attach';
    return database.drained === true ? 'diverged' : 'wait';
  }
  const base = cluster.target?.base;
  const within =
    base !== undefined &&
    member.sealed !== null &&
    position.epoch === base.epoch &&
    position.timeline === base.timeline &&
    position.lsn <= base.lsn;
  return within ? 'attach' : 'wait';
}

function hasDiverged(
  { cluster }: Pick<MemberSituation, 'cluster'>,
  { position, replayedLsn }: DatabaseObservation,
): boolean {
  if (position === undefined || replayedLsn === undefined) return false;
  return classifyAncestry({ position, replayedLsn }, cluster) === 'diverged';
}

function noteStarting(member: MemberState, now: Instant): MemberState {
  const role = member.database?.role;
  return revise(member, {
    startingSince: role === 'starting' ? (member.startingSince ?? now) : null,
    silentSince: role === 'silent' ? (member.silentSince ?? now) : null,
  });
}

function lastsSince(since: Instant | null, now: Instant): boolean {
  return since !== null && now - since >= SILENT_PATIENCE_MS;
}

function noteReceiving(
  member: MemberState,
  database: DatabaseObservation,
  now: Instant,
): MemberState {
  if (database.receiving === true) {
    return member.notReceivingSince === null ? member : { ...member, notReceivingSince: null };
  }
  return member.notReceivingSince === null ? { ...member, notReceivingSince: now } : member;
}
