import type { HaState } from './ha-state.js';
import type { DetailWord } from './vocabulary.js';

/** What may be done with a server, judged from its own words. */
export interface Verdict {
  /** It accepts writes, or may; `neither`: not now, and not a copy to be appointed either. */
  readonly role: 'primary' | 'standby' | 'neither' | 'unknown';
  readonly condition:
    | 'working'
    /** A standby that does not follow now, with a log that is good as far as it goes. */
    | 'apart'
    | 'catching-up'
    | 'building'
    | 'starting'
    | 'pending'
    | 'changing-role'
    /** Only a new copy helps. */
    | 'needs-rebuild'
    | 'needs-operator'
    | 'crashed'
    | 'unknown';
  /**
   * Its position may count as evidence, and it may be appointed when it is the greatest. The words
   * alone never suffice for that; without them it never happens.
   */
  readonly candidate: boolean;
  /** One sentence for people. */
  readonly sentence: string;
}

/** What `detail_information` asks for while `db_state` is `Need repair`. */
const REPAIRS: Readonly<Record<DetailWord, Verdict['condition']>> = {
  Normal: 'unknown',
  'Connecting...': 'apart',
  Disconnected: 'apart',
  'WAL segment removed': 'needs-rebuild',
  'System id not matched': 'needs-rebuild',
  'Timeline not matched': 'needs-rebuild',
  'DCF log loss': 'needs-rebuild',
  'Version not matched': 'needs-operator',
  'Mode not matched': 'needs-operator',
  unknown: 'unknown',
};

const SENTENCES: Readonly<Record<Verdict['condition'], string>> = {
  working: 'it works',
  apart: 'it does not follow a primary now',
  'catching-up': 'it catches up with its primary',
  building: 'it is being built',
  starting: 'it starts',
  pending: 'it waits to be told whether it is primary or standby',
  'changing-role': 'it changes its role',
  'needs-rebuild': 'its log cannot be continued; it has to be built anew',
  'needs-operator': 'it does not fit its primary; an operator has to look',
  crashed: 'it crashed and wrote a core',
  unknown: 'its words are not known here, so nothing is done with it',
};

/**
 * Judges a server. `isArbiter`: the site says that the instance only votes; such an instance answers
 * "standby" like any other, also to `pg_is_in_recovery()`, and must never become a primary.
 */
export function judge(state: HaState, { isArbiter }: { readonly isArbiter: boolean }): Verdict {
  const condition = conditionOf(state);
  const role = roleOf(state);
  // A standby whose primary is gone says `Need repair (Disconnected)`: just that one is needed.
  const standsStill = ['working', 'apart', 'catching-up'].includes(condition);
  const candidate = role === 'standby' && standsStill && !isArbiter;
  const because = isArbiter ? '; it only votes' : '';
  return {
    role,
    condition,
    candidate,
    sentence: `${SENTENCES[condition]}${because} (${state.said})`,
  };
}

/** A cascade follows a standby, a main standby another cluster: neither is a copy of this primary. */
function roleOf({ role }: HaState): Verdict['role'] {
  switch (role) {
    // `Normal`: never paired with another; a single server, and it writes.
    case 'Primary':
    case 'Normal':
      return 'primary';
    case 'Standby':
      return 'standby';
    case 'Cascade Standby':
    case 'Main Standby':
    case 'Pending':
      return 'neither';
    case 'unknown':
      return 'unknown';
  }
}

function conditionOf({ role, state, detail }: HaState): Verdict['condition'] {
  if (role === 'unknown') return 'unknown';
  if (role === 'Pending') return 'pending';
  switch (state) {
    case 'Normal':
      return 'working';
    case 'Catchup':
      return 'catching-up';
    case 'Building':
      return 'building';
    case 'Starting':
      return 'starting';
    case 'Demoting':
    case 'Promoting':
    case 'Wait promoting':
      return 'changing-role';
    case 'Coredump':
      return 'crashed';
    case 'Need repair':
      return REPAIRS[detail];
    case 'unknown':
      return 'unknown';
  }
}
