export const MODES = ['single', 'dual', 'cluster'] as const;
export const VERDICTS = ['healthy', 'degraded', 'unavailable'] as const;
export const DURABILITY_MODES = ['majority', 'all', 'async'] as const;
export const FENCINGS = ['address+port', 'port', 'address', 'none'] as const;
export const SEVERITIES = ['ok', 'note', 'warning', 'serious'] as const;
export const WATCHDOGS = ['ready', 'armed', 'failed'] as const;
export const MEMBER_STATES = [
  'primary',
  'standby',
  'starting',
  'promoting',
  'demoting',
  'rewinding',
  'cloning',
  'diverged',
  'stopped',
  'failed',
  'maintenance',
  'arbiter',
  'unreachable',
  'unknown',
] as const;

/** Its part in consensus; `none`: in no configuration (yet, or without its Raft directory). */
export const VOTING = ['voter', 'learner', 'none'] as const;
/** `joining`: commits do not count on it yet; `leaving`: to be removed; `full`: neither. */
export const STANDINGS = ['full', 'joining', 'leaving'] as const;

export type Mode = (typeof MODES)[number];
export type Verdict = (typeof VERDICTS)[number];
export type DurabilityMode = (typeof DURABILITY_MODES)[number];
export type Fencing = (typeof FENCINGS)[number];
export type Severity = (typeof SEVERITIES)[number];
export type Watchdog = (typeof WATCHDOGS)[number];
export type Voting = (typeof VOTING)[number];
export type MemberStanding = (typeof STANDINGS)[number];
export type MemberState = (typeof MEMBER_STATES)[number];

/** A newer member may say a word that this library does not know; then `otherwise` holds. */
export function wordOf<Word extends string>(
  words: readonly Word[],
  text: string,
  otherwise: Word,
): Word {
  return words.find((word) => word === text) ?? otherwise;
}
