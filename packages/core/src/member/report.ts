import type {
  DatabaseObservation,
  DatabasePosition,
  Incarnation,
  Life,
  LogIndex,
  NodeId,
} from '@mha4rdb/kernel';
import type { ActionProgress } from './action.js';
import type { WatchdogView } from '../node/event.js';

/**
 * What a member tells all others each heartbeat, and at once on a change. Soft: lost and repeated at
 * will; the replicated state never depends on it except through a committed command.
 */
export interface MemberReport {
  readonly node: NodeId;
  readonly incarnation: Incarnation;
  /** Of its Raft directory; 0 in one that founded. */
  readonly life: Life;
  /** Who is on the list that it goes by, which may be old. Absent from members of an earlier version. */
  readonly peers?: readonly NodeId[];
  /** Counts up within one incarnation; an older one that arrives late is dropped. */
  readonly seq: number;
  /** Data members only; null until the first look. */
  readonly database: DatabaseObservation | null;
  /** The election for which the position in `database` counts as evidence; 0 for none. */
  readonly sealedFor: LogIndex;
  /** Where its log ended when it sealed for `sealedFor`: the evidence. */
  readonly sealedAt: DatabasePosition | null;
  readonly promise: LogIndex;
  /** The action under way, in its kind's word. */
  readonly action: string | null;
  /** How far that action is; null where nothing is known of it. */
  readonly progress: ActionProgress | null;
  /** The step of its way back to the primary that is next or under way; null while it needs none. */
  readonly rejoin: 'rewind' | 'clone' | null;
  /** Why this member needs help, as a sentence; null when it does not. */
  readonly trouble: string | null;
  /** Why it is not to be appointed now, by its operator's `prePromote`; absent: it may be. */
  readonly declines?: string;
  /** What the kernel enforces here: `address+port`, `port`, `address`, `none`. */
  readonly fencing: string;
  /** Is the virtual address on this host? */
  readonly vip: boolean;
  readonly vips: readonly { readonly address: string; readonly held: boolean }[];
  /** Why its host is no good place for the virtual addresses; absent when it is. */
  readonly vipTrouble?: string;
  /** Does the kernel let clients pass to its database? */
  readonly open: boolean;
  /** Absent where none is configured, and from members of an earlier version. */
  readonly watchdog?: {
    readonly state: WatchdogView['state'];
    readonly required: boolean;
    /** Until it resets the host, at most; null when it does not run. */
    readonly leftMs: number | null;
  };
  /** Milliseconds left of its grant; 0 without one. */
  readonly grantMs: number;
  /** Standbys within reach for the appointment that is under way (primary only). */
  readonly attached: readonly NodeId[];
  /** What it waits for, as coordinator, before it can appoint anybody; null on every other. */
  readonly waitsFor: string | null;
}

/** It must have a watchdog and has none: it would open to nobody. */
export function reportsNoWatchdog({ watchdog }: MemberReport): boolean {
  return watchdog?.required === true && watchdog.state === 'failed';
}

/** The trouble of a member that is well but for that: its database may stand by, and serve reads. */
export const NO_WATCHDOG =
  'its watchdog, which is required here, cannot be armed, so it is not appointed';
