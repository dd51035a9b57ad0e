import type { LogIndex, Term } from '@mha4rdb/kernel';
import type { ClusterState } from './state.js';

/** Where a command stood in the log. */
export interface Place {
  readonly index: LogIndex;
  readonly term: Term;
}

/** What became of a committed command. Refused: the state is the very same one. */
export interface Applied {
  readonly state: ClusterState;
  readonly refused: string | null;
}

export function changed(state: ClusterState): Applied {
  return { state, refused: null };
}

export function refused(state: ClusterState, reason: string): Applied {
  return { state, refused: reason };
}
