import { invariant, LIMITS, type LogIndex, type NodeId, type Term } from '@mha4rdb/kernel';
import type { Draft } from '../draft.js';
import type { LogEntry } from '../entry.js';
import { entriesBetween, lastIndexOf, termAtIn } from '../log.js';
import { say } from '../persistence/outbox.js';
import { sendSnapshot } from '../snapshot/send.js';
import { peersOf, progressOf, updateProgress } from './progress.js';

/** Whether a message without entries is worth sending: as a heartbeat, a probe, news of a commit. */
type Empty = 'also-empty' | 'entries-only';

export function broadcast(draft: Draft, send: (draft: Draft, peer: NodeId) => void): void {
  for (const peer of peersOf(draft)) send(draft, peer);
}

/**
 * Sends what `peer` lacks, as far as it may: one message at a time while its log is being matched,
 * a bounded number on their way after that (R38), a snapshot when its entries are compacted away.
 * A message without entries may always follow those on their way.
 */
export function replicateTo(draft: Draft, peer: NodeId, empty: Empty): void {
  const { log } = draft.state;
  const { mode, paused, next } = progressOf(draft, peer);
  if (mode === 'snapshot' || (mode === 'probe' && paused)) return;
  const previous = (next - 1) as LogIndex;
  if (previous < log.baseIndex) return sendSnapshot(draft, peer);
  if (mode === 'replicate') return pipeline(draft, peer, empty);
  const entries = entriesBetween(log, previous, lastIndexOf(log), LIMITS.appendEntries);
  if (entries.length === 0 && empty === 'entries-only') return;
  sendAppend(draft, peer, previousOf(draft, previous), entries);
  updateProgress(draft, peer, { paused: true });
}

function pipeline(draft: Draft, peer: NodeId, empty: Empty): void {
  const { log } = draft.state;
  const last = lastIndexOf(log);
  const progress = progressOf(draft, peer);
  let { next, inFlight } = progress;
  while (next <= last && inFlight.length < LIMITS.appendsInFlight) {
    const previous = (next - 1) as LogIndex;
    const entries = entriesBetween(log, previous, last, LIMITS.appendEntries);
    sendAppend(draft, peer, previousOf(draft, previous), entries);
    next = (next + entries.length) as LogIndex;
    inFlight = [...inFlight, (next - 1) as LogIndex];
  }
  if (next !== progress.next) updateProgress(draft, peer, { next, inFlight });
  else if (empty === 'also-empty') {
    sendAppend(draft, peer, previousOf(draft, (next - 1) as LogIndex), []);
  }
}

/** One append. `commit` may be ours: the follower takes it only as far as this message matches (R30). */
export function sendAppend(
  draft: Draft,
  to: NodeId,
  previous: { readonly index: LogIndex; readonly term: Term },
  entries: readonly LogEntry[],
): void {
  const { options, term, commit } = draft.state;
  // Spelled out: the most frequent message, and a spread costs several times as much.
  say(draft, {
    kind: 'append',
    clusterName: options.clusterName,
    from: options.id,
    to,
    term,
    prevIndex: previous.index,
    prevTerm: previous.term,
    entries,
    commit,
    sentAt: draft.now,
  });
}

function previousOf(draft: Draft, index: LogIndex): { index: LogIndex; term: Term } {
  const term = termAtIn(draft.state.log, index);
  invariant(term !== undefined, 'R54', 'the entry before those to send is gone', { index });
  return { index, term };
}
