import type { NodeId, Term } from '@mha4rdb/kernel';
import type { Draft } from '../draft.js';
import type { RaftMessage } from '../message.js';
import { hold } from './write.js';

/** The fields that every message begins with. */
export function envelope(
  draft: Draft,
  to: NodeId,
): { clusterName: string; from: NodeId; to: NodeId; term: Term } {
  const { options, term } = draft.state;
  return { clusterName: options.clusterName, from: options.id, to, term };
}

/**
 * Says something to a peer, or to this node itself. What a leader hands out (entries, snapshots, the
 * order to campaign) may leave at once, in parallel with its own write: the leader counts itself only
 * up to `durableIndex`, and its term and vote are durable since it could not have won otherwise. All
 * else, refusals too, waits until everything in memory is durable (R1, R2). A vote request as well:
 * it claims a log that a crash could still shorten, and the grant for it would still be counted.
 */
export function say(draft: Draft, message: RaftMessage): void {
  switch (message.kind) {
    case 'append':
    case 'installSnapshot':
    case 'timeoutNow':
      draft.effects.push({ kind: 'send', message });
      return;
    default:
      hold(draft, message);
  }
}
