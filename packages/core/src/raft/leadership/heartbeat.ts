import { addDuration, type LogIndex, type NodeId, type Term } from '@mha4rdb/kernel';
import type { Draft } from '../draft.js';
import { broadcast, replicateTo, sendAppend } from '../replication/send-append.js';
import { progressOf, updateProgress } from '../replication/progress.js';
import { sendSnapshot } from '../snapshot/send.js';

/** Speaks to every follower, whatever it waits for. */
export function broadcastHeartbeat(draft: Draft): void {
  draft.state.heartbeatDue = addDuration(draft.now, draft.state.options.heartbeat);
  broadcast(draft, beat);
}

/**
 * A heartbeat is an append. In `probe` it is the next probe, the last one counts as lost (R35). In
 * `replicate` it stands behind what is on its way: if that was lost it is rejected, and the follower
 * is probed again. While a snapshot is awaited it asks for nothing: `(0, 0)` fits every log, and its
 * commit can say nothing about entries that do not match (R30).
 */
function beat(draft: Draft, to: NodeId): void {
  const progress = progressOf(draft, to);
  if (progress.mode === 'snapshot') {
    const lost = draft.now - progress.snapshotSentAt >= draft.state.options.electionMax;
    if (lost) sendSnapshot(draft, to);
    else sendAppend(draft, to, { index: 0 as LogIndex, term: 0 as Term }, []);
    return;
  }
  if (progress.mode === 'probe') updateProgress(draft, to, { paused: false });
  replicateTo(draft, to, 'also-empty');
}
