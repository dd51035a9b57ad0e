import { invariant, laterOf, type LogIndex } from '@mha4rdb/kernel';
import type { Draft } from '../draft.js';
import type { AppendResponse } from '../message.js';
import type { Progress } from '../state.js';
import { continueTransfer } from '../leadership/transfer.js';
import { lastIndexOf, lastIndexWithTermAtMost } from '../log.js';
import { commitByQuorum } from './commit.js';
import { progressOf, updateProgress } from './progress.js';
import { replicateTo } from './send-append.js';

/** A follower's answer in this term (R36: `receive` dropped all others). */
export function onAppendResponse(draft: Draft, message: AppendResponse): void {
  const progress = draft.state.progress[message.from];
  if (draft.state.role !== 'leader' || progress === undefined) return;
  updateProgress(draft, message.from, { contactAt: laterOf(progress.contactAt, message.sentAt) });
  if (message.outcome.kind === 'rejected') onRejected(draft, message, message.outcome);
  else onMatched(draft, message, message.outcome.index);
}

function onMatched(draft: Draft, { from }: AppendResponse, index: LogIndex): void {
  const { state } = draft;
  invariant(index <= lastIndexOf(state.log), 'R36', 'a follower acknowledged what we do not have', {
    from,
    index,
  });
  const progress = progressOf(draft, from);
  const resumed = progress.mode !== 'replicate';
  updateProgress(draft, from, matched(progress, index, state.log.baseIndex));
  commitByQuorum(draft);
  // What was committed may have been this leader's removal, or the peer's.
  if (draft.state.role !== 'leader' || draft.state.progress[from] === undefined) return;
  replicateTo(draft, from, resumed ? 'also-empty' : 'entries-only');
  continueTransfer(draft);
}

/**
 * Any success lets a probed follower be pipelined, also one that says nothing new (R35), and ends the
 * wait for a snapshot as soon as our entries reach that far, whichever snapshot it came from (R53).
 */
function matched(progress: Progress, index: LogIndex, baseIndex: LogIndex): Partial<Progress> {
  const match = Math.max(progress.match, index) as LogIndex;
  const after = (match + 1) as LogIndex;
  if (progress.mode === 'snapshot' && match < baseIndex) return { match };
  if (progress.mode !== 'replicate') {
    return { match, next: after, mode: 'replicate', inFlight: [], paused: false };
  }
  return {
    match,
    next: Math.max(progress.next, after) as LogIndex,
    inFlight: progress.inFlight.filter((last) => last > match),
  };
}

/** The logs do not meet there: look further back, unless the answer is older than what we know. */
function onRejected(
  draft: Draft,
  { from }: AppendResponse,
  rejected: AppendResponse['outcome'] & { kind: 'rejected' },
): void {
  const progress = progressOf(draft, from);
  if (progress.mode === 'snapshot' || rejected.prevIndex <= progress.match) return;
  if (progress.mode === 'replicate') {
    updateProgress(draft, from, {
      mode: 'probe',
      next: (progress.match + 1) as LogIndex,
      inFlight: [],
      paused: false,
    });
  } else {
    if (rejected.prevIndex !== progress.next - 1) return;
    updateProgress(draft, from, { next: nextToProbe(draft, progress, rejected), paused: false });
  }
  replicateTo(draft, from, 'also-empty');
}

/** Where both hints agree that the logs may meet (R34); below our base only a snapshot helps. */
function nextToProbe(
  draft: Draft,
  progress: Progress,
  { prevIndex, hintIndex, hintTerm }: AppendResponse['outcome'] & { kind: 'rejected' },
): LogIndex {
  const { log } = draft.state;
  const meet = lastIndexWithTermAtMost(log, hintIndex, hintTerm);
  const previous = Math.min(meet ?? log.baseIndex - 1, prevIndex - 1);
  return Math.max(previous + 1, progress.match + 1) as LogIndex;
}
