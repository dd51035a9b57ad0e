/** Every queue, log tail, retry and message has a bound; they stand here, in one place. */
export const LIMITS = {
  /** Members of one cluster, arbiters included. */
  members: 15,
  /**
   * Ids that a cluster may ever use, members and removed ones together: they are used once (R8) and so
   * remembered. At the bound nobody can be added any more; removing goes on.
   */
  usedIds: 256,
  /** Events kept in the replicated state (protocol §3: snapshots are whole states). */
  historyEvents: 64,
  /** Confirmed epochs kept for telling an ancestor from a divergence. */
  lineage: 64,
  /** Entries in one append message. */
  appendEntries: 64,
  /** Append messages on their way to one follower. */
  appendsInFlight: 8,
  /** Proposals appended and not yet committed; more are dropped, and their proposers try again. */
  uncommittedEntries: 256,
  /** Entries after which the log is compacted, and entries kept behind for slow followers. */
  compactAfter: 1024,
  compactKeep: 128,
  /** Bytes of one peer message. */
  messageBytes: 1 << 20,
} as const;
