import { termOf } from '@mha4rdb/kernel';
import { SHIPPED, type Event, type RaftCode, type Result } from './code.js';
import { NOW, type Message, type State } from './timeless.js';

type Step = RaftCode['step'];

/**
 * One rule left out, each around core's own step: what is left is the shipped code. Each must be
 * found by a model, or the models would prove nothing.
 */
export const RAFT_BREAKS: Readonly<Record<string, RaftCode>> = {
  /** R1: what rests on a write leaves before the write is durable. */
  'no-wait-for-disk': { ...SHIPPED, step: withoutWaiting },
  /** R3: the vote is not on disk after a restart. */
  'vote-forgotten-at-restart': {
    ...SHIPPED,
    start: (place, disk) =>
      SHIPPED.start(place, { ...disk, hardState: { ...disk.hardState, votedFor: null } }),
  },
  /** R12: stepping down within a term clears the vote. */
  'vote-cleared-at-step-down': { ...SHIPPED, step: clearingVote },
  /** R14: a vote for whoever asks, however old its log. */
  'vote-without-log-check': { ...SHIPPED, step: before(asIfUpToDate) },
  /** R30: commit follows the leader's beyond what is known to match. */
  'commit-beyond-match': { ...SHIPPED, step: believingCommit },
  /** R31: whatever stands after an append's entries goes, conflict or not. */
  'truncate-without-conflict': { ...SHIPPED, step: truncating },
  /** R34: entries are taken without looking at what stands before them. */
  'append-without-previous': { ...SHIPPED, step: before(asIfPreviousFits) },
};

function withoutWaiting(state: State, event: Event): Result {
  const result = SHIPPED.step(state, event);
  const { inFlight } = result.state.persistence;
  if (inFlight === null) return result;
  const then = withoutWaiting(result.state, {
    kind: 'persisted',
    now: NOW,
    ticket: inFlight.ticket,
  });
  return { ...then, effects: [...result.effects, ...then.effects] };
}

function clearingVote(state: State, event: Event): Result {
  const result = SHIPPED.step(state, event);
  const stepsDown =
    result.state.role === 'follower' &&
    state.role !== 'follower' &&
    result.state.term === state.term;
  return stepsDown ? { ...result, state: { ...result.state, votedFor: null } } : result;
}

function before(change: (message: Message, state: State) => Message): Step {
  return (state, event) =>
    SHIPPED.step(
      state,
      event.kind === 'receive' ? { ...event, message: change(event.message, state) } : event,
    );
}

function asIfUpToDate(message: Message): Message {
  return message.kind === 'voteRequest' ? { ...message, lastTerm: termOf(999) } : message;
}

function asIfPreviousFits(message: Message, state: State): Message {
  if (message.kind !== 'append') return message;
  const found = state.log.entries[message.prevIndex - state.log.baseIndex - 1];
  return found === undefined ? message : { ...message, prevTerm: found.term };
}

function believingCommit(state: State, event: Event): Result {
  const result = SHIPPED.step(state, event);
  const after = result.state;
  if (event.kind !== 'receive' || event.message.kind !== 'append') return result;
  if (event.message.term < after.term) return result;
  const last = after.log.baseIndex + after.log.entries.length;
  const commit = Math.min(event.message.commit, last) as State['commit'];
  return commit > after.commit ? { ...result, state: { ...after, commit } } : result;
}

function truncating(state: State, event: Event): Result {
  if (event.kind !== 'receive' || event.message.kind !== 'append')
    return SHIPPED.step(state, event);
  const { term, prevIndex, entries } = event.message;
  const end = prevIndex + entries.length;
  const kept = state.log.entries.filter(({ index }) => index <= end);
  const cut = term >= state.term && end >= state.commit && kept.length < state.log.entries.length;
  return SHIPPED.step(cut ? cutTo(state, kept, end) : state, event);
}

function cutTo(state: State, kept: State['log']['entries'], end: number): State {
  const { persistence } = state;
  const atMost = (index: number): State['commit'] => Math.min(index, end) as State['commit'];
  return {
    ...state,
    log: { ...state.log, entries: kept },
    persistence: {
      ...persistence,
      durableIndex: atMost(persistence.durableIndex),
      handedIndex: atMost(persistence.handedIndex),
      truncateFrom: (end + 1) as State['commit'],
    },
  };
}
