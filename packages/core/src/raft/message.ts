import type { Instant, LogIndex, NodeId, Term } from '@mha4rdb/kernel';
import type { LogEntry, Snapshot } from './entry.js';

/** What every message carries; a receiver refuses another cluster's and unknown senders' (R58). */
interface Addressed {
  readonly clusterName: string;
  readonly from: NodeId;
  readonly to: NodeId;
  readonly term: Term;
}

/** "Would you vote for me in `term`?": changes nothing at the receiver (R21). */
export interface PreVoteRequest extends Addressed {
  readonly kind: 'preVoteRequest';
  /** The term in which the sender would campaign: its own, plus one. */
  readonly term: Term;
  readonly lastIndex: LogIndex;
  readonly lastTerm: Term;
}

/** Granted: `term` repeats the request's. Refused: `term` is the voter's own (R15). */
export interface PreVoteResponse extends Addressed {
  readonly kind: 'preVoteResponse';
  readonly granted: boolean;
}

export interface VoteRequest extends Addressed {
  readonly kind: 'voteRequest';
  readonly lastIndex: LogIndex;
  readonly lastTerm: Term;
  /** The leader itself asked for this campaign: a live leader is no reason to refuse (R56). */
  readonly transfer: boolean;
}

export interface VoteResponse extends Addressed {
  readonly kind: 'voteResponse';
  readonly granted: boolean;
}

/** Entries after `(prevIndex, prevTerm)`; without entries it is a heartbeat or a probe. */
export interface Append<Command = unknown> extends Addressed {
  readonly kind: 'append';
  readonly prevIndex: LogIndex;
  readonly prevTerm: Term;
  readonly entries: readonly LogEntry<Command>[];
  readonly commit: LogIndex;
  /**
   * The leader's own clock when it sent this; the response returns it unchanged. It means nothing
   * to anyone but the leader of this term, which is one process with one clock.
   */
  readonly sentAt: Instant;
}

/** The whole state for a follower whose entries are compacted away; answered by `appendResponse`. */
export interface InstallSnapshot<Machine = unknown> extends Addressed {
  readonly kind: 'installSnapshot';
  readonly snapshot: Snapshot<Machine>;
  readonly sentAt: Instant;
}

/** Answers `append` and `installSnapshot`. */
export interface AppendResponse extends Addressed {
  readonly kind: 'appendResponse';
  readonly outcome:
    | { readonly kind: 'matched'; readonly index: LogIndex }
    | {
        readonly kind: 'rejected';
        /** The request's `prevIndex`. */
        readonly prevIndex: LogIndex;
        /** Where the leader should look next, a whole term at a time (R34). */
        readonly hintIndex: LogIndex;
        readonly hintTerm: Term;
      };
  /** The request's. */
  readonly sentAt: Instant;
}

/** "Campaign now": the last message of a leadership transfer (R56). */
export interface TimeoutNow extends Addressed {
  readonly kind: 'timeoutNow';
}

/** All that Raft nodes say to each other: plain JSON data; loss, repetition and disorder are normal. */
export type RaftMessage<Command = unknown, Machine = unknown> =
  | PreVoteRequest
  | PreVoteResponse
  | VoteRequest
  | VoteResponse
  | Append<Command>
  | AppendResponse
  | InstallSnapshot<Machine>
  | TimeoutNow;
