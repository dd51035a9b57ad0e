import { Deadline } from '../connection/deadline.js';
import type { MemberList } from '../connection/member-list.js';
import type { ClusterEvent } from '../events/cluster-event.js';
import type { ClusterStatus } from '../status/cluster-status.js';
import { cursorFrom } from './cursor.js';
import { listen } from './listen.js';

const BACKOFF_MS = { first: 100, most: 2000 };

export interface WatchOptions {
  /** Ends the iteration, without an error. */
  readonly signal?: AbortSignal | undefined;
  /** Deliver the committed events with a greater revision first; default: from now on. */
  readonly fromRevision?: number | undefined;
}

/**
 * Events from whichever member answers, for as long as the signals allow. A stream that breaks is
 * resumed on the next member from where it ended; a member that has lost the others is left, unless
 * all that answer have. Throws what `listen` throws.
 */
export async function* follow(
  members: MemberList,
  signals: readonly AbortSignal[],
  fromRevision: number | undefined,
  onStatus: (status: ClusterStatus) => void,
): AsyncGenerator<ClusterEvent, void, undefined> {
  const life = new Deadline(Infinity, signals);
  let cursor = cursorFrom(fromRevision);
  let silent = 0;
  let stale = 0;
  while (!life.aborted) {
    const order = members.inOrder();
    const connection = order[0];
    if (connection === undefined) return;
    const acceptStale = stale >= order.length;
    const ending = yield* listen(connection, { cursor, life, acceptStale, onStatus });
    cursor = ending.cursor;
    members.failed(connection);
    stale = ending.stale ? stale + 1 : ending.heard ? 0 : stale;
    silent = ending.heard ? 0 : silent + 1;
    if (ending.heard && !ending.stale) await life.pause(backoff(0));
    else if (silent >= order.length) await life.pause(backoff(silent / order.length));
  }
}

/** Grows with the rounds in which nobody said anything; never the same for two clients. */
function backoff(rounds: number): number {
  const most = Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** Math.floor(rounds));
  return most * (0.5 + Math.random() / 2);
}
