import type { Progress, RaftMessage, RaftState } from '@mha4rdb/core';
import { instantOf } from '@mha4rdb/kernel';
import type { Machine } from './parts.js';

/**
 * How time is abstracted (docs/model-checker.md). Every event happens at `NOW`. Between two events any time may have
 * passed: so a deadline stands just after `NOW` and an event of its own reaches it, and whatever was
 * heard was heard long ago. A node therefore never refuses a campaign because a leader is alive:
 * with that refusal it would behave as if the request had been lost, which the model does as well.
 */
export const NOW = instantOf(1000);
export const NOT_YET = instantOf(1001);
export const LONG_AGO = instantOf(0);

export type State = RaftState<string, Machine>;
export type Message = RaftMessage<string, Machine>;

/** The state with every instant, ticket and random number replaced by one that stands for all. */
export function timeless(state: State): State {
  const { inFlight } = state.persistence;
  return {
    ...state,
    campaignAt: LONG_AGO,
    leaderSince: LONG_AGO,
    electionDeadline: NOT_YET,
    leaderContactAt: state.leaderContactAt === null ? null : LONG_AGO,
    heartbeatDue: NOT_YET,
    random: 0,
    progress: Object.fromEntries(
      Object.entries(state.progress).map(([id, each]) => [id, timelessProgress(each)]),
    ),
    transfer: state.transfer === null ? null : { ...state.transfer, deadline: NOT_YET },
    persistence: {
      ...state.persistence,
      nextTicket: 1,
      inFlight: inFlight === null ? null : { ...inFlight, ticket: 0, since: NOW },
      heldForFlight: state.persistence.heldForFlight.map(timelessMessage),
      heldForNext: state.persistence.heldForNext.map(timelessMessage),
    },
  };
}

export function timelessMessage<Any extends RaftMessage>(message: Any): Any {
  return 'sentAt' in message ? { ...message, sentAt: LONG_AGO } : message;
}

function timelessProgress(progress: Progress): Progress {
  return { ...progress, contactAt: LONG_AGO, snapshotSentAt: LONG_AGO };
}

/** As if the time to wait for a leader were over now. */
export function withElectionDue(state: State): State {
  return { ...state, electionDeadline: NOW };
}

/** As if a heartbeat were due now, and a quorum had answered the last one. */
export function withHeartbeatDue(state: State): State {
  return { ...state, heartbeatDue: NOW, leaderSince: NOW };
}
