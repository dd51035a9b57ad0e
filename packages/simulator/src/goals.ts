import type { Coverage } from './coverage.js';

/**
 * Situations that must have happened somewhere in a run of many seeds: what never happened is not
 * proved by it. Each is counted under this very name where it happens.
 */
export const GOALS = [
  'failover during a switchover',
  'a switchover was completed',
  'a switchover was cancelled or failed',
  'a degraded primary was isolated',
  'a degraded primary was lost for a while',
  'a write was acknowledged by a degraded primary',
  'agent lost during promotion: rule',
  'agent lost during promotion: promote',
  'agent lost during promotion: marker',
  'agent lost during promotion: barrier',
  'agent lost during promotion: before the gate',
  'agent lost during a seal',
  'agent lost during a rewind',
  'agent lost during a copy',
  'agent lost while it handed over',
  'adoption while a rule change was in flight',
  'adopted by a later life',
  'the coordinator changed during an election',
  'the coordinator changed while an appointment was under way',
  'a keep-restart came back in time',
  'a keep-restart overran its grant',
  'an appointment came to nothing',
  'another member appointed',
  'old primary appointed again',
  'appointed with nobody to wait for',
  'two servers ran as primaries, one of them fenced',
  'a frozen agent woke up after its grant had ended',
  'a machine slept through its grant',
  'the clock of a grant holder changed its rate',
  'agent ended: disk full',
  'agent ended: disk error',
  'the disk of the primary was full',
  'all machines were without power at once',
  'an operator accepted loss',
  'a paused cluster lost its primary',
  'election: database-dead',
  'election: grant-expired',
  'election: appointment-failed',
  'rule: fewer',
  'rule: more',
  'rule: others',
  'action rewind done',
  'action clone done',
  'a core without the old primary',
  'the core served while others failed',
  'an arbiter coordinated an election',
] as const;
export type Goal = (typeof GOALS)[number];

/** Those that did not happen. */
export function missedGoals(coverage: Coverage): readonly Goal[] {
  return GOALS.filter((goal) => (coverage.counts.get(goal) ?? 0) === 0);
}
