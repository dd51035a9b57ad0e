import { invariant, type LogIndex } from '@mha4rdb/kernel';
import type { Draft } from '../draft.js';
import type { Append, AppendResponse, InstallSnapshot } from '../message.js';
import { heardLeader } from '../election/become-follower.js';
import { lastIndexOf, lastIndexWithTermAtMost, termAtIn } from '../log.js';
import { appendEntries, truncateLog } from '../persistence/log-change.js';
import { say } from '../persistence/outbox.js';

/** Entries, a probe, or a heartbeat of the leader of this term. */
export function onAppend(draft: Draft, message: Append): void {
  checkShape(message);
  heardLeader(draft, message.from);
  const { state } = draft;
  if (message.prevIndex < state.commit) {
    // R33: all up to our commit equals the leader's log, and the leader goes on from there.
    checkCommitted(draft, message);
    return answer(draft, message, { kind: 'matched', index: state.commit });
  }
  if (termAtIn(state.log, message.prevIndex) !== message.prevTerm) return reject(draft, message);
  appendNew(draft, message);
  const last = (message.prevIndex + message.entries.length) as LogIndex;
  followCommit(draft, Math.min(message.commit, last) as LogIndex);
  answer(draft, message, { kind: 'matched', index: last });
}

export function answer(
  draft: Draft,
  message: Append | InstallSnapshot,
  outcome: AppendResponse['outcome'],
): void {
  const { options, term } = draft.state;
  say(draft, {
    kind: 'appendResponse',
    clusterName: options.clusterName,
    from: options.id,
    to: message.from,
    term,
    outcome,
    sentAt: message.sentAt,
  });
}

/** Commit never goes back (R30: an old message knows an old commit). */
export function followCommit(draft: Draft, commit: LogIndex): void {
  if (commit > draft.state.commit) draft.state.commit = commit;
}

/**
 * Truncates only where an entry of the same index has another term; an older or shorter message that
 * agrees takes nothing away (R31).
 */
function appendNew(draft: Draft, { entries }: Append): void {
  const { log } = draft.state;
  const fresh = entries.findIndex((entry) => termAtIn(log, entry.index) !== entry.term);
  const first = entries[fresh];
  if (first === undefined) return;
  if (first.index <= lastIndexOf(log)) truncateLog(draft, first.index);
  appendEntries(draft, entries.slice(fresh));
}

/** Says where the logs may meet, a whole term further back at a time (R34). */
function reject(draft: Draft, message: Append): void {
  const { log } = draft.state;
  const last = Math.min(message.prevIndex, lastIndexOf(log)) as LogIndex;
  const hintIndex = lastIndexWithTermAtMost(log, last, message.prevTerm) ?? log.baseIndex;
  answer(draft, message, {
    kind: 'rejected',
    prevIndex: message.prevIndex,
    hintIndex,
    hintTerm: termAtIn(log, hintIndex) ?? log.baseTerm,
  });
}

/** A leader that contradicts a committed entry lacks it, and two majorities did not meet (R32). */
function checkCommitted(draft: Draft, { prevIndex, prevTerm, entries }: Append): void {
  const { log, commit } = draft.state;
  for (const { index, term } of [{ index: prevIndex, term: prevTerm }, ...entries]) {
    const ours = index <= commit ? termAtIn(log, index) : undefined;
    invariant(
      ours === undefined || ours === term,
      'R32',
      'a committed entry is in conflict with the leader',
      { index, ours, term },
    );
  }
}

/** Without gaps, in terms that never fall, none above the leader's: else its sender is broken. */
function checkShape({ prevIndex, prevTerm, entries, term }: Append): void {
  let before = { index: prevIndex, term: prevTerm };
  for (const entry of entries) {
    invariant(
      entry.index === before.index + 1 && entry.term >= before.term && entry.term <= term,
      'R37',
      'entries out of order',
      { before, index: entry.index, term: entry.term },
    );
    before = entry;
  }
}
