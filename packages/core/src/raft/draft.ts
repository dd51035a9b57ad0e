import type { Instant } from '@mha4rdb/kernel';
import type { RaftEffect } from './effect.js';
import type { RaftState } from './state.js';

type Mutable<Data> = { -readonly [Key in keyof Data]: Data[Key] };

/**
 * One step at work: a copy of the state whose FIELDS handlers replace (what they hold is never
 * changed in place, so the state before stays whole), and the effects so far.
 */
export interface Draft {
  readonly state: Mutable<RaftState>;
  readonly now: Instant;
  readonly effects: RaftEffect[];
}

export function openDraft(state: RaftState, now: Instant): Draft {
  return { state: { ...state }, now, effects: [] };
}
