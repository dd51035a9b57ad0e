import type { Instant, LogIndex, NodeId, Term } from '@mha4rdb/kernel';
import type { Command } from '../cluster/command.js';
import type { ClusterState } from '../cluster/state.js';
import type { GrantorView } from '../lease/grantor.js';
import { grantorAtTermStart, noteGranted, noteRelease, noteRenewal } from '../lease/grantor.js';
import type { RenewGrant } from '../cluster/command.js';

/** What a coordinator remembers besides the replicated state. Soft: each term starts anew. */
export interface CoordinatorView {
  readonly term: Term;
  readonly grantor: GrantorView;
  /** When this coordinator saw the present phase begin. */
  readonly phaseSince: Instant;
  /** When it first saw enough evidence in the present election. */
  readonly evidenceSince: Instant | null;
  /** Evidence complete until the appointment was committed, in milliseconds. */
  readonly electMs: number;
  readonly switchoverSince: Instant | null;
  /** When this coordinator first saw the member at the head of a restart order there. */
  readonly workSince: Instant | null;
  /** A renewal of the appointed member that came before its time; the latest only. */
  readonly early: RenewGrant | null;
  /** The last sign of the primary before the present election; what a write gap is counted from. */
  readonly lastSignAt: Instant | null;
  /** Decisions are made again only when this entry is applied. */
  readonly awaiting: LogIndex;
  readonly transferAt: Instant | null;
}

export function coordinatorAtTermStart(
  state: ClusterState,
  term: Term,
  longestMs: number,
  awaiting: LogIndex,
  now: Instant,
): CoordinatorView {
  return {
    term,
    grantor: grantorAtTermStart(state, longestMs, now),
    phaseSince: now,
    evidenceSince: null,
    electMs: 0,
    switchoverSince: state.switchover === null ? null : now,
    workSince: state.restart == null ? null : now,
    early: null,
    lastSignAt: null,
    awaiting,
    transferAt: null,
  };
}

/** Notes what this coordinator appends, at the moment when it does. */
export function noteAppended(
  view: CoordinatorView,
  command: Command,
  state: ClusterState,
  now: Instant,
): CoordinatorView {
  if (command.type !== 'RenewGrant' && command.type !== 'KeepGrant') return view;
  const length = command.type === 'KeepGrant' ? command.maxMs : state.grantMs;
  return { ...view, grantor: noteRenewal(view.grantor, command, length, now) };
}

/** Follows the replicated state, one applied command at a time. */
export function noteApplied(
  view: CoordinatorView,
  command: Command,
  before: ClusterState,
  after: ClusterState,
  now: Instant,
): CoordinatorView {
  let next = view;
  if (command.type === 'ReleaseGrant') {
    next = { ...next, grantor: noteRelease(next.grantor, command.epoch) };
  }
  if (command.type === 'RenewGrant' || command.type === 'KeepGrant') {
    next = { ...next, grantor: noteGranted(next.grantor, command) };
  }
  const beganElection = after.election !== null && after.election.index !== before.election?.index;
  if (command.type === 'AppointPrimary' && next.evidenceSince !== null) {
    next = { ...next, electMs: Math.round(now - next.evidenceSince) };
  }
  if (before.phase !== after.phase || before.epoch !== after.epoch || beganElection) {
    next = { ...next, phaseSince: now, evidenceSince: null, early: null };
  }
  if (beganElection && before.phase === 'running') {
    next = { ...next, lastSignAt: next.grantor.lastRenewalAt };
  }
  if (before.switchover?.id !== after.switchover?.id) {
    next = { ...next, switchoverSince: after.switchover === null ? null : now };
  }
  if (before.restart?.members[0] !== after.restart?.members[0]) {
    next = { ...next, workSince: after.restart == null ? null : now };
  }
  return next;
}

/** A member's report, with the moment of its receipt on this node's clock. */
export interface ReceivedReport<Report> {
  readonly report: Report;
  readonly receivedAt: Instant;
  /** Wall clocks, for display only: of the receipt, and since when its state is what it is. */
  readonly receivedWall: number;
  readonly sinceWall: number;
}

/** Reports older than this say nothing about now. */
export function isFresh(receivedAt: Instant, now: Instant, heartbeatMs: number): boolean {
  return now - receivedAt <= 4 * heartbeatMs;
}

export type ReportsById<Report> = Readonly<Record<NodeId, ReceivedReport<Report>>>;
