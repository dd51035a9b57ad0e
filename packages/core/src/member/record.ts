import type { Epoch, Incarnation, LogIndex } from '@mha4rdb/kernel';

/** What a data member must know after a crash; on disk before it acts or reports on it (protocol §3). */
export interface MemberRecord {
  /**
   * The highest index of a `BeginElection`, release or `AppointPrimary` for which it sealed, attached
   * or promoted. It attaches and promotes only for epochs at or above it.
   */
  readonly promise: LogIndex;
  /**
   * Its directory was wound back, for certain, and has not streamed since: consistent only once it
   * follows a primary, so that it is not started alone and is no evidence. Written after the rewind:
   * a directory that is still to be wound back must not be taken for one that was, and attached.
   */
  readonly mustStream: boolean;
  /**
   * The last epoch for which it attached to the appointed primary or promoted, on the cluster's word:
   * what explains a timeline that began after its last marker. Absent: none that is known.
   */
  readonly joined?: Epoch;
  /** Written before `ReleaseGrant` is proposed: this life is never primary in that epoch again. */
  readonly released: { readonly epoch: Epoch; readonly incarnation: Incarnation } | null;
}
