import type { Epoch, Instant, LogIndex, NodeId, SynchronousRule } from '@mha4rdb/kernel';

/**
 * What the member's edge shall do to its database, one at a time. Each is idempotent: after a crash
 * at any line it is decided anew from what is observed.
 */
export type MemberAction =
  | { readonly kind: 'initialize' }
  | { readonly kind: 'clone'; readonly from: NodeId; readonly epoch: Epoch }
  | { readonly kind: 'rewind'; readonly from: NodeId; readonly epoch: Epoch }
  /** Start as a standby without an upstream; the only way in which a server is ever started. */
  | { readonly kind: 'start' }
  /** `operation`: the order that this stop, and the start after it, carry out. */
  | {
      readonly kind: 'stop';
      readonly mode: 'fast' | 'immediate';
      readonly reason: string;
      readonly operation?: string;
    }
  | { readonly kind: 'seal'; readonly election: LogIndex }
  | { readonly kind: 'follow'; readonly upstream: NodeId; readonly epoch: Epoch }
  | { readonly kind: 'promote'; readonly epoch: Epoch }
  /** `first`: this cluster's first; markers of a former cluster in an adopted directory go. */
  | { readonly kind: 'writeMarker'; readonly epoch: Epoch; readonly first: boolean }
  | { readonly kind: 'applyRule'; readonly rule: SynchronousRule; readonly epoch: Epoch }
  | { readonly kind: 'barrier'; readonly rule: SynchronousRule; readonly epoch: Epoch }
  | { readonly kind: 'admit'; readonly who: 'replication' | 'all' }
  /** Flush; before a planned hand-over (`handsOver`), so that the stop is short. */
  | { readonly kind: 'checkpoint'; readonly epoch: Epoch; readonly handsOver?: true }
  /** Planned hand-over: sessions ended, clean stop. The port is closed before it starts. */
  | { readonly kind: 'handOver'; readonly epoch: Epoch };

/** How far a long action is; for people. Bytes are absent in a step that does not count any. */
export interface ActionProgress {
  readonly step: string;
  readonly bytesDone?: number;
  readonly bytesTotal?: number;
}

/**
 * After these the server is another one than before, more than their outcome tells: the edge takes a new
 * look, and hands it over together with the outcome.
 */
export const REPLACES_SERVER: ReadonlySet<MemberAction['kind']> = new Set([
  'initialize',
  'clone',
  'rewind',
  'start',
  'stop',
  'handOver',
] as const);

/**
 * What the kernel shall enforce for this host, level-triggered. `inherit`: change nothing and renew
 * nothing: a later life of the agent beside a running primary whose grant it does not know.
 */
export type FenceWish =
  | { readonly kind: 'inherit' }
  | { readonly kind: 'lifted' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'peers'; readonly until: Instant }
  | { readonly kind: 'open'; readonly until: Instant; readonly vip: boolean };
