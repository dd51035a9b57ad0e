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
  return { state: copyOf(state), now, effects: [] };
}

/** Field by field: measured ten times faster than a spread of so many, and every step begins so. */
function copyOf(state: RaftState): Mutable<RaftState> {
  return {
    options: state.options,
    term: state.term,
    votedFor: state.votedFor,
    retired: state.retired,
    log: state.log,
    snapshot: state.snapshot,
    commit: state.commit,
    applied: state.applied,
    configuration: state.configuration,
    role: state.role,
    leader: state.leader,
    mayCampaign: state.mayCampaign,
    campaignAt: state.campaignAt,
    votes: state.votes,
    progress: state.progress,
    termStart: state.termStart,
    leaderSince: state.leaderSince,
    transfer: state.transfer,
    electionDeadline: state.electionDeadline,
    leaderContactAt: state.leaderContactAt,
    heartbeatDue: state.heartbeatDue,
    random: state.random,
    persistence: state.persistence,
  };
}
