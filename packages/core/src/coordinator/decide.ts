import type { Instant, NodeId, Term } from '@mha4rdb/kernel';
import type { BeginElection, Command } from '../cluster/command.js';
import { handOverOf } from '../cluster/apply-work.js';
import type { ClusterState, ElectionCause } from '../cluster/state.js';
import { closedUntil, heldUntil, mayOpen } from '../lease/grantor.js';
import type { Timing } from '../lease/timing.js';
import { waitFor } from '../lease/timing.js';
import type { MemberReport } from '../member/report.js';
import { decideAppointment } from './appoint.js';
import { decideForming } from './form.js';
import { decideLeaveHost } from './leave-host.js';
import { bestStandby } from './operator.js';
import { restartEnds } from './operator-work.js';
import { decideScheduled } from './scheduled.js';
import type { CoordinatorView, ReportsById } from './view.js';
import { isFresh } from './view.js';

/** All that a decision rests on. */
export interface Situation {
  readonly me: NodeId;
  readonly term: Term;
  readonly state: ClusterState;
  readonly view: CoordinatorView;
  readonly reports: ReportsById<MemberReport>;
  readonly timing: Timing;
  readonly now: Instant;
  /** Display only. */
  readonly wall: number;
  /** A fresh name for a cluster that is being formed. */
  readonly nonce: string;
}

/** What the coordinator proposes, and why it proposes nothing. */
export interface DecisionOutcome {
  readonly command: Command | null;
  readonly view: CoordinatorView;
  /** One sentence for `status` and `explain` when something is missing; null when all is well. */
  readonly why: string | null;
}

/**
 * What the coordinator does next: at most one command, decided from the replicated state, the
 * members' reports and its own clock. Asked again at each event; nothing is remembered but what the
 * view holds.
 */
export function decide(situation: Situation): DecisionOutcome {
  switch (situation.state.phase) {
    case 'forming':
      return decideForming(situation);
    case 'electing':
      return decideAppointment(situation);
    case 'appointed':
      return decideAppointed(situation);
    case 'running':
      return decideRunning(situation);
  }
}

export function nothing(situation: Situation, why: string | null = null): DecisionOutcome {
  return { command: null, view: situation.view, why };
}

/** An appointment has a bounded time; the next one does not count on whom this one could not reach. */
function decideAppointed(situation: Situation): DecisionOutcome {
  const { state, view, now, timing } = situation;
  const renewal = admitEarlyRenewal(situation);
  if (renewal !== null) return renewal;
  const received = state.primary === null ? undefined : situation.reports[state.primary];
  const report = received?.report;
  if (report !== undefined && report.incarnation > state.incarnation) {
    return begin(situation, 'appointment-failed', []);
  }
  const since = now - view.phaseSince;
  const stopped = report?.database?.process === 'stopped';
  if (
    received !== undefined &&
    stopped &&
    received.receivedAt > view.phaseSince &&
    since > timing.heartbeat
  ) {
    return begin(situation, 'appointment-failed', []);
  }
  const declines = received !== undefined && received.receivedAt > view.phaseSince;
  if (declines && report?.declines !== undefined) return begin(situation, 'appointment-failed', []);
  if (since < waitFor(state.grantMs) + 2 * timing.grant) {
    return nothing(situation, `${state.primary ?? 'nobody'} is being promoted`);
  }
  const attached = report?.attached ?? [];
  const missing = state.target?.rule.standbys.filter((id) => !attached.includes(id)) ?? [];
  return begin(situation, 'appointment-failed', missing);
}

/** Detection needs no failure detector: who does not renew is lost when its grant is nearly over. */
function decideRunning(situation: Situation): DecisionOutcome {
  const { state, view, now, timing } = situation;
  const renewal = admitEarlyRenewal(situation);
  if (renewal !== null) return renewal;
  const switchover = decideSwitchoverTimeout(situation);
  if (switchover !== null) return switchover;
  if (state.primary === null) return nothing(situation);
  const granted = heldUntil(view.grantor, state.primary);
  // The time for its first renewal begins when this coordinator could have granted it.
  const grantable = Math.max(view.phaseSince, closedUntil(view.grantor, state.primary));
  const until = Math.max(granted ?? 0, grantable + waitFor(state.grantMs));
  if (now < until - timing.margin) {
    const scheduled = decideScheduled(situation);
    if (scheduled !== null) return { command: scheduled, view, why: null };
    return decideLeaveHost(situation) ?? decideRestart(situation);
  }
  if (state.paused) {
    return nothing(
      situation,
      `${state.primary} is silent; the cluster is paused, so nobody takes over`,
    );
  }
  return begin(situation, 'grant-expired', []);
}

/**
 * The renewal of a newly appointed member waits here until every older grant has run out on this
 * clock; its end still counts from when it was sent, so that waiting only shortens it.
 */
function admitEarlyRenewal(situation: Situation): DecisionOutcome | null {
  const { view, state, now } = situation;
  if (view.early === null || view.early.epoch !== state.epoch) return null;
  if (!mayOpen(view.grantor, view.early.holder, now)) return null;
  return { command: view.early, view: { ...view, early: null }, why: null };
}

/** A server that has not come back within this time after its restart was due. */
const RESTART_LIMIT_MS = 600_000;

/** The standbys of a restart order restart by themselves; the primary is asked to hand over. */
function decideRestart(situation: Situation): DecisionOutcome {
  const { state, view, wall } = situation;
  const { restart } = state;
  const head = restart?.members[0];
  if (restart == null || head === undefined || state.switchover !== null) return nothing(situation);
  const ended = restartEnds(situation, RESTART_LIMIT_MS);
  if (ended !== null) {
    return {
      command: { type: 'EndWork', operation: restart.operation, ...ended },
      view,
      why: null,
    };
  }
  if (head !== state.primary) return nothing(situation, `${head} is being restarted by order`);
  const to = restart.inPlace ? head : bestStandby(situation);
  if (to === null)
    return nothing(situation, `${head} waits for a standby, to be restarted by order`);
  const id = handOverOf(restart);
  return {
    command: { type: 'StartSwitchover', id, epoch: state.epoch, to, at: wall },
    view,
    why: null,
  };
}

/**
 * A switchover that its primary does not release within this time is cancelled; the epoch stays. Not once
 * the server is stopping: there is no way back in this epoch then, and a release that answers no switchover
 * any more would leave a paused cluster without a primary. The end of the grant bounds that wait.
 */
function decideSwitchoverTimeout(situation: Situation): DecisionOutcome | null {
  const { state, view, now, timing } = situation;
  if (state.switchover === null || view.switchoverSince === null) return null;
  const limit = Math.max(10_000, 4 * timing.grant);
  if (now - view.switchoverSince < limit || isStopping(situation, state.switchover.from))
    return null;
  return {
    command: {
      type: 'CancelSwitchover',
      id: state.switchover.id,
      reason: `${state.switchover.from} did not stop within ${limit / 1000} s`,
    },
    view,
    why: null,
  };
}

function isStopping(situation: Situation, id: NodeId): boolean {
  const report = freshReport(situation, id);
  const action = report?.action;
  return action === 'handOver' || action === 'stop' || report?.database?.process === 'stopped';
}

function begin(
  situation: Situation,
  cause: ElectionCause,
  excluded: readonly NodeId[],
): DecisionOutcome {
  return {
    command: beginElection(situation, { cause, excluded }),
    view: situation.view,
    why: null,
  };
}

/** The command that ends the present epoch. */
export function beginElection(
  situation: Situation,
  fields: Pick<BeginElection, 'cause'> & Partial<BeginElection>,
): BeginElection {
  const { state, view, now, wall } = situation;
  const last = view.grantor.lastRenewalAt ?? view.phaseSince;
  return {
    type: 'BeginElection',
    epoch: state.epoch,
    operation: null,
    preferred: null,
    excluded: [],
    override: null,
    detectMs: Math.round(now - last),
    at: wall,
    ...fields,
  };
}

/** The fresh report of a member, or null. */
export function freshReport(situation: Situation, id: NodeId): MemberReport | null {
  const received = situation.reports[id];
  if (received === undefined) return null;
  return isFresh(received.receivedAt, situation.now, situation.timing.heartbeat)
    ? received.report
    : null;
}
