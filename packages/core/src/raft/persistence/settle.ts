import { invariant, type LogIndex } from '@mha4rdb/kernel';
import type { Draft } from '../draft.js';
import type { RaftMessage } from '../message.js';
import { entriesBetween } from '../log.js';
import { receive } from '../receive.js';
import { commitByQuorum } from '../replication/commit.js';
import { beginWrite, updatePersistence } from './write.js';

/** The end of every step: start the write, let go what waits for none, apply what may be applied. */
export function settle(draft: Draft): void {
  for (let free = beginWrite(draft); free.length > 0; free = beginWrite(draft)) {
    release(draft, free);
  }
  applyCommitted(draft);
}

/** A write is durable: what rested on it may leave, and the leader counts itself further (R1). */
export function onPersisted(draft: Draft, ticket: number): void {
  const { inFlight, durableIndex, heldForFlight } = draft.state.persistence;
  invariant(inFlight !== null && inFlight.ticket === ticket, 'R1', 'no such write is out', {
    ticket,
    expected: inFlight?.ticket,
  });
  updatePersistence(draft, {
    inFlight: null,
    durableIndex: Math.max(durableIndex, inFlight.index) as LogIndex,
    heldForFlight: [],
  });
  release(draft, heldForFlight);
  if (draft.state.role === 'leader') commitByQuorum(draft);
}

/** A node's answer to itself, its own vote, comes this way too, and so after the write (R1). */
function release(draft: Draft, messages: readonly RaftMessage[]): void {
  for (const message of messages) {
    if (message.to === draft.state.options.id) receive(draft, message);
    else draft.effects.push({ kind: 'send', message });
  }
}

/**
 * Hands out what is committed and durable here. Raft would allow it before it is durable here; this
 * way a node with a stuck disk stops acting on what the others commit (R25).
 */
function applyCommitted(draft: Draft): void {
  const { commit, applied, persistence, log } = draft.state;
  const upTo = Math.min(commit, persistence.durableIndex) as LogIndex;
  if (upTo <= applied) return;
  draft.effects.push({ kind: 'apply', entries: entriesBetween(log, applied, upTo) });
  draft.state.applied = upTo;
}
