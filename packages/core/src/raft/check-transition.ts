import { invariant } from '@mha4rdb/kernel';
import type { RaftState } from './state.js';
import { lastIndexOf } from './log.js';

/** What must hold of every state, and of every step from one to the next. */
export function checkTransition(before: RaftState, after: RaftState): void {
  const last = lastIndexOf(after.log);
  const snapshotIndex = after.snapshot?.index ?? 0;
  const { baseIndex } = after.log;
  invariant(
    baseIndex <= snapshotIndex && snapshotIndex <= after.applied,
    'R54',
    'the log begins after its snapshot, or the snapshot is ahead of what is applied',
    { baseIndex, snapshotIndex, applied: after.applied },
  );
  invariant(
    after.applied <= after.commit && after.commit <= last,
    'R5',
    'applied, committed and held entries are out of order',
    { applied: after.applied, commit: after.commit, last },
  );
  invariant(
    after.term >= before.term && after.commit >= before.commit && after.applied >= before.applied,
    'R30',
    'term, commit or applied went back',
    { term: after.term, commit: after.commit, applied: after.applied },
  );
  invariant(
    after.term > before.term || before.votedFor === null || after.votedFor === before.votedFor,
    'R12',
    'a vote was changed within a term',
    { term: after.term, before: before.votedFor, after: after.votedFor },
  );
  const { durableIndex, handedIndex } = after.persistence;
  invariant(
    durableIndex <= handedIndex && handedIndex <= last,
    'R1',
    'more is counted as durable than was written',
    { durableIndex, handedIndex, last },
  );
}
