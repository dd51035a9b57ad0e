import { addDuration, type Epoch, type Instant } from '@mha4rdb/kernel';
import { closedUnlessStandby } from './fence.js';
import type { MemberPlan, MemberSituation } from './plan.js';
import { plan, recordPromise } from './plan.js';
import type { MemberState, Rejoin } from './state.js';

/** After this many failures in a row a person is asked; it is tried again all the same, rarely. */
const FAILURES_UNTIL_TROUBLE = 3;

/** The trouble of a member whose data must not go backwards yet. */
export const WAITS_TO_BE_COPIED =
  'waits until commits no longer count on it, then it is copied anew';

const BACKOFF_MS = { first: 1000, most: 60_000 };

/**
 * The way back of a member that cannot simply follow: rewind to the common history, else a new copy
 * beside the old directory (protocol §9). Only towards a confirmed primary, and only with fresh word
 * from the coordinator: a stale state could wind back towards a primary of the past. A member that
 * the confirmed rule counts on is never re-cloned: its data must not go backwards.
 */
export function planRejoin(situation: MemberSituation, rung: Rejoin['rung']): MemberPlan {
  const { cluster, member, now } = situation;
  const { database } = member;
  const wish = closedUnlessStandby(member);
  const from = cluster.primary;
  if (
    from === null ||
    database === null ||
    cluster.phase !== 'running' ||
    !hasFreshContact(situation)
  ) {
    return plan({ ...member, rejoin: null }, wish);
  }
  const rejoin: Rejoin =
    member.rejoin?.epoch === cluster.epoch ? member.rejoin : rejoinAt(cluster.epoch, now, rung);
  const noted = { ...member, rejoin, sealed: null, notReceivingSince: null };
  const trouble = rejoin.failures >= FAILURES_UNTIL_TROUBLE ? member.failure : null;
  if (rejoin.rung === 'clone' && cluster.confirmed?.rule.standbys.includes(member.me) === true) {
    return plan(noted, wish, { trouble: WAITS_TO_BE_COPIED });
  }
  if (now < rejoin.notBefore) return plan(noted, wish, { trouble });
  const record = recordPromise(member, cluster.epoch);
  if (database.process !== 'stopped') {
    const reason = 'its log has left the primary’s history';
    return plan(noted, wish, { record, action: { kind: 'stop', mode: 'fast', reason } });
  }
  return plan(noted, wish, {
    record,
    trouble,
    action: { kind: rejoin.rung, from, epoch: cluster.epoch },
  });
}

/**
 * What a rewind or a copy left is put on record before anything else, and so is the end of it: a
 * server that answers as a standby is consistent, and from then on its log is judged like any other
 * (left on record, the mark would attach it unjudged after it was appointed in between). Null when
 * the record is right.
 */
export function planRestored(member: MemberState): MemberPlan | null {
  const { restored, record, database } = member;
  const consistent = restored === null && database?.role === 'standby';
  if (restored === null && !consistent) return null;
  const mustStream = restored === 'rewound';
  return record.mustStream === mustStream
    ? null
    : plan(member, closedUnlessStandby(member), { record: { ...record, mustStream } });
}

/** The first step of the way back to the primary of `epoch`. */
export function rejoinAt(epoch: Epoch, now: Instant, rung: Rejoin['rung']): Rejoin {
  return { epoch, rung, failures: 0, notBefore: now };
}

/** A stale state could wind back, or attach, towards a primary of the past. */
export function hasFreshContact({
  now,
  timing,
  contactAt,
}: Pick<MemberSituation, 'now' | 'timing' | 'contactAt'>): boolean {
  return contactAt !== null && now - contactAt <= 3 * timing.heartbeat;
}

/** Failures that say nothing about the logs: a copy would fail alike, and cost the old directory. */
const PASSING: readonly string[] = ['unreachable', 'timeout', 'wrong-password', 'missing-binary'];

/**
 * After a failed rung: a rewind that cannot be goes on to the copy; what failed for want of a
 * connection is tried again. Each time waits longer.
 */
export function afterRejoinFailure(
  rejoin: Rejoin,
  failure: { readonly code: string; readonly now: MemberSituation['now'] },
): Rejoin {
  const failures = rejoin.failures + 1;
  const passing = PASSING.includes(failure.code);
  const wait = Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** (failures - 1));
  return {
    ...rejoin,
    rung: passing ? rejoin.rung : 'clone',
    failures,
    notBefore: addDuration(failure.now, rejoin.rung === 'rewind' && !passing ? 0 : wait),
  };
}
