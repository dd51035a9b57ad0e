import { create, toBinary } from '@bufbuild/protobuf';
import { ConnectError } from '@connectrpc/connect';
import {
  GetStatusResponseSchema,
  WatchResponseSchema,
  type GetStatusResponse,
  type WatchRequest,
  type WatchResponse,
} from '@mha4rdb/proto';
import type { ClusterQueries } from './cluster-queries.js';
import { wireChange, wireStatus } from './wire-views.js';

/**
 * One watcher: first the status, then each change after the revision that it names, in order, and the
 * status again whenever it changed in more than ages, positions, lags and grants. What a slow watcher
 * has not read yet is not stored for it: it is computed when it reads on.
 */
export async function* watchCluster(
  queries: ClusterQueries,
  request: WatchRequest,
  signal: AbortSignal,
): AsyncGenerator<WatchResponse> {
  const changed = new Changed(queries, signal);
  try {
    let seen =
      request.afterRevision === undefined ? queries.revision() : Number(request.afterRevision);
    let told = wireStatus(queries.status());
    const { gap } = queries.changesAfter(seen);
    yield response(queries.revision(), { case: 'status', value: told }, gap);
    for (;;) {
      for (const change of queries.changesAfter(seen).changes) {
        seen = change.revision;
        yield response(queries.revision(), { case: 'event', value: wireChange(change) });
      }
      const status = wireStatus(queries.status());
      if (!sameBut(told, status)) {
        told = status;
        yield response(queries.revision(), { case: 'status', value: status });
      }
      // The caller has gone, or this member is stopping: then the caller learns that it was cut.
      if (!(await changed.next())) throw ConnectError.from(signal.reason);
    }
  } finally {
    changed.stop();
  }
}

function response(revision: number, body: WatchResponse['body'], gap = false): WatchResponse {
  return create(WatchResponseSchema, { revision: BigInt(revision), body, gap });
}

/** Equal but for what changes all the time. */
function sameBut(a: GetStatusResponse, b: GetStatusResponse): boolean {
  return Buffer.compare(steady(a), steady(b)) === 0;
}

function steady(status: GetStatusResponse): Uint8Array {
  const { asOf: _asOf, members, ...rest } = status;
  const still = members.map(
    ({
      reportAgeMs: _age,
      position: _position,
      lagBytes: _lag,
      lagMs: _lagMs,
      grantMs: _grant,
      progress: _progress,
      ...member
    }) => member,
  );
  return toBinary(
    GetStatusResponseSchema,
    create(GetStatusResponseSchema, { ...rest, members: still }),
  );
}

/** Remembers one change while the watcher is busy; more than one is one. */
class Changed {
  private pending = true;
  private wake: (() => void) | undefined;
  private readonly unsubscribe: () => void;

  constructor(
    queries: ClusterQueries,
    private readonly signal: AbortSignal,
  ) {
    this.pending = false;
    this.unsubscribe = queries.subscribe(this.notify);
    signal.addEventListener('abort', this.notify);
  }

  private readonly notify = (): void => {
    this.pending = true;
    this.wake?.();
  };

  /** Waits for the next change; false when the watch has ended. */
  async next(): Promise<boolean> {
    if (!this.pending && !this.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.wake = undefined;
    }
    this.pending = false;
    return !this.signal.aborted;
  }

  stop(): void {
    this.unsubscribe();
    this.signal.removeEventListener('abort', this.notify);
  }
}
