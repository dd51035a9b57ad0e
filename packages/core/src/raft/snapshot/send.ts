import { invariant, type LogIndex, type NodeId } from '@mha4rdb/kernel';
import type { Draft } from '../draft.js';
import { envelope, say } from '../persistence/outbox.js';
import { updateProgress } from '../replication/progress.js';

/** Sends the whole state, in one message: it is small (protocol §3). Repeated by the heartbeat. */
export function sendSnapshot(draft: Draft, to: NodeId): void {
  const { snapshot, log } = draft.state;
  invariant(
    snapshot !== null && snapshot.index >= log.baseIndex,
    'R54',
    'the base of the log has no snapshot',
    { base: log.baseIndex },
  );
  updateProgress(draft, to, {
    mode: 'snapshot',
    next: (snapshot.index + 1) as LogIndex,
    inFlight: [],
    snapshotSentAt: draft.now,
  });
  say(draft, {
    ...envelope(draft, to),
    kind: 'installSnapshot',
    snapshot,
    sentAt: draft.now,
  });
}
