/** What can go wrong or be asked for, each by itself; a run has some of them enabled (swarm). */
export const FAULTS = [
  'agent-crash',
  'agent-freeze',
  'agent-restart',
  'database-crash',
  'database-freeze',
  'power-loss',
  'all-power-loss',
  'vm-pause',
  'suspend',
  'clock-rate',
  'wall-jump',
  'partition',
  'one-way',
  'client-cut',
  'stream-cut',
  'agent-cut',
  'crash-in-step',
  'crash-in-write',
  'action-failure',
  'slow-disk',
  'raft-disk-full',
  'raft-disk-error',
  'slow-database-disk',
  'database-disk-full',
  'database-disk-error',
  'switchover',
  'failover',
  'accepted-loss',
  'pause',
  'raft-loss',
  'member-add',
  'member-remove',
  'maintenance',
  'work-order',
] as const;
export type FaultKind = (typeof FAULTS)[number];

/** Instead of a member's id: whoever that is when the fault comes. */
export const FAULT_ROLES = ['primary', 'standby', 'coordinator', 'arbiter'] as const;
export type FaultRole = (typeof FAULT_ROLES)[number];

/**
 * One fault at one time, as plain data. What is left out is drawn from the run's seed; what a run
 * injected is recorded with everything filled in, so that the run can be played again with some of
 * it left out.
 */
export interface ScriptedFault {
  /** True time since the run began. */
  readonly atMs: number;
  readonly fault: FaultKind;
  /** A member's id, or a role. */
  readonly member?: string;
  /** How long it lasts; at the end of the faulty time everything is mended anyway. */
  readonly forMs?: number;
  /** Cuts: the members (and `client`) on one side; everybody else is on the other. A role may stand here if `member` names it too. */
  readonly side?: readonly string[];
  /** `switchover`, `failover`, `accepted-loss`: to whom; null: whoever is best. */
  readonly to?: string | null;
  /**
   * `agent-restart`: handover, keep or immediate; `pause`: pause or resume; `maintenance`: on or off; `work-order`: all, one, in-place or copy; `crash-in-step`,
   * `crash-in-write`: the effect; `action-failure`: the action. Those three come at the first
   * opportunity from `atMs` on. `raft-loss`: `raft` or `all` (the member's record too); `member-add`:
   * the role of the member that `member` names.
   */
  readonly detail?: string;
  /** `clock-rate`: the new rate (1 is true); `wall-jump`: milliseconds. */
  readonly amount?: number;
}

/** What changes who the members are, or under which life they take part. */
export const MEMBERSHIP_FAULTS: readonly FaultKind[] = ['raft-loss', 'member-add', 'member-remove'];

/** What an operator does to single members. */
export const WORK_FAULTS: readonly FaultKind[] = ['maintenance', 'work-order'];

/** Drawn each from a stream of its own, so that a seed's other faults stay what they were without them. */
export const DRAWN_APART: readonly FaultKind[] = [...MEMBERSHIP_FAULTS, ...WORK_FAULTS];

/** Faults that wait for something to happen, instead of coming by themselves. */
export type Ambush = 'crash-in-step' | 'crash-in-write' | 'action-failure';

const AMBUSHES: ReadonlySet<FaultKind> = new Set<Ambush>([
  'crash-in-step',
  'crash-in-write',
  'action-failure',
]);

export function isAmbush(fault: FaultKind): fault is Ambush {
  return AMBUSHES.has(fault);
}
