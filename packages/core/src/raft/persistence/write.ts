import { lifeOfVoter, type NodeId, type Term } from '@mha4rdb/kernel';
import type { Draft } from '../draft.js';
import type { Persist } from '../effect.js';
import type { HardState } from '../entry.js';
import type { RaftMessage } from '../message.js';
import type { Persistence, RaftState } from '../state.js';
import { entriesBetween, lastIndexOf } from '../log.js';

/**
 * Messages that wait for one write. A disk that hangs must not let them grow for ever: the oldest
 * go, which a peer sees as loss.
 */
const HELD_MESSAGES = 256;

/** Nothing to write, nothing waiting; the log is on disk up to `durableIndex`. */
export function cleanPersistence(durableIndex: Persistence['durableIndex']): Persistence {
  return {
    nextTicket: 1,
    inFlight: null,
    durableIndex,
    handedIndex: durableIndex,
    hardStateDirty: false,
    snapshotDirty: false,
    truncateFrom: null,
    heldForFlight: [],
    heldForNext: [],
  };
}

export function updatePersistence(draft: Draft, changes: Partial<Persistence>): void {
  draft.state.persistence = { ...draft.state.persistence, ...changes };
}

/** Keeps a message back until everything that is in memory now is durable. */
export function hold(draft: Draft, message: RaftMessage): void {
  const held = draft.state.persistence.heldForNext;
  updatePersistence(draft, { heldForNext: [...held, message].slice(-HELD_MESSAGES) });
}

/** Term and vote change together, as one record (R3). */
export function setHardState(draft: Draft, term: Term, votedFor: NodeId | null): void {
  draft.state.term = term;
  draft.state.votedFor = votedFor;
  updatePersistence(draft, { hardStateDirty: true });
}

/** True when memory holds something that no write, done or out, contains. */
export function isDirty({ persistence, log }: RaftState): boolean {
  return (
    persistence.hardStateDirty ||
    persistence.snapshotDirty ||
    persistence.truncateFrom !== null ||
    lastIndexOf(log) > persistence.handedIndex
  );
}

/**
 * Starts the next write if one is needed and none is out, and answers with the messages that wait
 * for no write at all. What was said since the last write began rests on the next one; when there is
 * nothing to write it rests on the one in flight.
 */
export function beginWrite(draft: Draft): readonly RaftMessage[] {
  const { persistence } = draft.state;
  if (isDirty(draft.state)) {
    if (persistence.inFlight === null) write(draft);
    return [];
  }
  if (persistence.heldForNext.length === 0) return [];
  if (persistence.inFlight === null) {
    updatePersistence(draft, { heldForNext: [] });
    return persistence.heldForNext;
  }
  updatePersistence(draft, {
    heldForFlight: [...persistence.heldForFlight, ...persistence.heldForNext].slice(-HELD_MESSAGES),
    heldForNext: [],
  });
  return [];
}

function hardStateOf({ term, votedFor, retired, options }: RaftState): HardState {
  const life = lifeOfVoter(options.id);
  return { term, votedFor, ...(life > 0 && { life }), ...(retired !== null && { retired }) };
}

function write(draft: Draft): void {
  const { persistence, log, snapshot } = draft.state;
  const last = lastIndexOf(log);
  const effect: Persist = {
    kind: 'persist',
    ticket: persistence.nextTicket,
    ...(persistence.hardStateDirty ? { hardState: hardStateOf(draft.state) } : {}),
    ...(persistence.truncateFrom === null ? {} : { truncateFrom: persistence.truncateFrom }),
    ...(persistence.snapshotDirty && snapshot !== null ? { snapshot } : {}),
    entries: entriesBetween(log, persistence.handedIndex, last),
  };
  draft.effects.push(effect);
  draft.state.persistence = {
    nextTicket: persistence.nextTicket + 1,
    inFlight: { ticket: effect.ticket, index: last, since: draft.now },
    durableIndex: persistence.durableIndex,
    handedIndex: last,
    hardStateDirty: false,
    snapshotDirty: false,
    truncateFrom: null,
    heldForFlight: persistence.heldForNext,
    heldForNext: [],
  };
}
