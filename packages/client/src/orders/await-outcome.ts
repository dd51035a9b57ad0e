import { ClusterError } from '../cluster-error.js';
import type { Deadline } from '../connection/deadline.js';
import type { HistoryItem } from '../status/history.js';

/** Far below what a person notices, and little work for a member. */
const POLL_MS = 150;

/**
 * Waits until the history says how the operation ended: `done` or `failed: REASON`. Members that
 * are gone or behind are waited for; past the deadline the error is `outcome-unknown`.
 */
export async function awaitOutcome(
  operationId: string,
  deadline: Deadline,
  find: (id: string) => Promise<HistoryItem | undefined>,
): Promise<HistoryItem> {
  let lastProblem: unknown;
  while (!deadline.over) {
    try {
      const item = await find(operationId);
      if (item !== undefined && item.result !== 'running') return item;
    } catch (error) {
      if (error instanceof ClusterError && isFinal(error)) throw error;
      lastProblem = error;
    }
    await deadline.pause(POLL_MS);
  }
  if (deadline.aborted) throw deadline.error(`operation ${operationId}`);
  throw new ClusterError(
    'deadline_exceeded',
    'outcome-unknown',
    `operation ${operationId} has not ended within ${deadline.timeoutMs} ms`,
    {
      remedy: `it may still be carried out: look for ${operationId} in the history`,
      cause: lastProblem,
      operationId,
    },
  );
}

function isFinal({ code }: ClusterError): boolean {
  return code === 'permission_denied' || code === 'unauthenticated';
}
