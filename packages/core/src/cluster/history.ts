import { LIMITS, type LogIndex } from '@mha4rdb/kernel';
import type { ClusterEvent } from './event.js';
import type { ClusterState } from './state.js';

type NewEvent = Omit<ClusterEvent, 'phases' | 'writeGapMs' | 'candidates' | 'result' | 'detail'> &
  Partial<Pick<ClusterEvent, 'phases' | 'result' | 'detail' | 'candidates'>>;

/** Appends an event; the oldest go when the bound is reached. */
export function withEvent(state: ClusterState, event: NewEvent): ClusterState {
  const full: ClusterEvent = {
    phases: {},
    writeGapMs: null,
    candidates: [],
    result: 'running',
    detail: '',
    ...event,
  };
  return { ...state, events: [...state.events, full].slice(-LIMITS.historyEvents) };
}

/** Changes the newest event that is still running and that `which` accepts; nothing when none is. */
export function withUpdatedEvent(
  state: ClusterState,
  which: (event: ClusterEvent) => boolean,
  change: (event: ClusterEvent) => ClusterEvent,
): ClusterState {
  const place = state.events.findLastIndex((event) => event.result === 'running' && which(event));
  const found = state.events[place];
  if (found === undefined) return state;
  return { ...state, events: state.events.with(place, change(found)) };
}

const TRANSITIONS: readonly ClusterEvent['kind'][] = [
  'forming',
  'failover',
  'restart',
  'switchover',
];

/** An event about who is primary, as opposed to settings and members. */
export function isTransition(event: ClusterEvent): boolean {
  return TRANSITIONS.includes(event.kind);
}

/** What `result` says of what did not come to its end. */
export function failedBecause(reason: string): string {
  return `failed: ${reason}`;
}

/** Ends the transition that is still running, with the reason why it did not come to its end. */
export function endRunning(state: ClusterState, reason: string): ClusterState {
  const ends = (event: ClusterEvent): boolean => event.result === 'running' && isTransition(event);
  if (!state.events.some(ends)) return state;
  const result = failedBecause(reason);
  return {
    ...state,
    events: state.events.map((event) => (ends(event) ? { ...event, result } : event)),
  };
}

export function eventId(operation: string | null, index: LogIndex): string {
  return operation ?? `e${index}`;
}
