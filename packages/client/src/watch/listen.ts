import { clusterErrorOf, isCommonAnswer } from '../cluster-error.js';
import type { Connection } from '../connection/connection.js';
import type { Deadline } from '../connection/deadline.js';
import type { ClusterEvent } from '../events/cluster-event.js';
import { statusOf, type ClusterStatus } from '../status/cluster-status.js';
import { advance, afterRevisionOf, type Cursor } from './cursor.js';

/** A member sends the first message at once; one that has not by then is left for the next. */
const FIRST_MESSAGE_MS = 1500;
/** Where all that answer have lost the others, each is listened to for this long. */
const STALE_MS = 2000;

export interface Listening {
  readonly cursor: Cursor;
  readonly life: Deadline;
  /** Every other member that answers has lost the others too: better this than nothing. */
  readonly acceptStale: boolean;
  readonly onStatus: (status: ClusterStatus) => void;
}

/** How one stream ended. */
export interface Ending {
  readonly cursor: Cursor;
  /** It said something. */
  readonly heard: boolean;
  /** Its member had lost the others when it was left. */
  readonly stale: boolean;
}

/**
 * One stream of one member, until it breaks, its member turns stale, or the watch ends. Throws only
 * what asking another member cannot mend: not permitted, bad request, another cluster.
 */
export async function* listen(
  connection: Connection,
  { life, acceptStale, onStatus, ...from }: Listening,
): AsyncGenerator<ClusterEvent, Ending, undefined> {
  const controller = new AbortController();
  const leave = (): void => controller.abort();
  const release = life.onAbort(leave);
  const first = setTimeout(leave, FIRST_MESSAGE_MS);
  let patience: NodeJS.Timeout | undefined;
  let cursor = from.cursor;
  let heard = false;
  let stale = false;
  try {
    const afterRevision = afterRevisionOf(cursor);
    const request = afterRevision === undefined ? {} : { afterRevision: BigInt(afterRevision) };
    const { signal } = controller;
    for await (const message of connection.service.watch(request, { signal })) {
      clearTimeout(first);
      heard = true;
      if (message.body.case === 'status') {
        const status = statusOf(message.body.value);
        onStatus(status);
        stale = status.stale;
        if (!stale) clearTimeout(patience);
        else if (!acceptStale) break;
        else patience ??= setTimeout(leave, STALE_MS);
      }
      const step = advance(cursor, message, new Date().toISOString());
      cursor = step.cursor;
      yield* step.events;
    }
  } catch (thrown) {
    const error = clusterErrorOf(thrown, connection.endpoint.address);
    if (!life.aborted && isCommonAnswer(error)) throw error;
    if (!heard) connection.abandonAttempt();
  } finally {
    clearTimeout(first);
    clearTimeout(patience);
    release();
    controller.abort();
  }
  return { cursor, heard, stale };
}
