import type {
  DatabaseObservation,
  DatabasePosition,
  Duration,
  Epoch,
  NodeId,
  Result,
  SynchronousRule,
  TimelineSwitch,
} from '@mha4rdb/kernel';

/** Where another member's database listens. */
export interface DatabaseAddress {
  readonly node: NodeId;
  readonly host: string;
  readonly port: number;
}

export type StopMode = 'fast' | 'immediate';

/** Why an engine call did not do what it was asked. The caller decides by code, people read text. */
export type EngineErrorCode =
  | 'unreachable'
  | 'timeout'
  | 'refused'
  | 'wrong-password'
  | 'missing-binary'
  | 'foreign-system'
  | 'not-ours'
  | 'diverged'
  | 'no-space'
  | 'process-failed';

export interface ProgressReport {
  readonly step: string;
  readonly bytesDone?: number;
  readonly bytesTotal?: number;
}

export interface EpochMarker {
  readonly epoch: Epoch;
  readonly first: boolean;
}

/** What log this server shall keep for others, beyond what it needs itself. */
export interface LogToKeep {
  /** All other data members: what each may still ask for. Whoever is not named keeps nothing. */
  readonly members: readonly {
    readonly node: NodeId;
    /**
     * Its log ends here, on the history of this server. `checkpoint`: all since this server's own last
     * checkpoint, for a primary, which would be wound back to one. Null: what was kept so far.
     */
    readonly keepFrom: number | 'checkpoint' | null;
  }[];
  /** Where the primary listens; null: it is this server. */
  readonly primary: DatabaseAddress | null;
}

/** Bounds and observes one long call. `signal` aborts it; children are ended before it returns. */
export interface CallOptions {
  readonly deadline: Duration;
  readonly signal?: AbortSignal;
  readonly onProgress?: (report: ProgressReport) => void;
  /** The cluster's database system, where it is known: `clone` refuses to copy another. */
  readonly systemId?: string;
}

export type EngineResult<Value = void> = Promise<Result<Value, EngineErrorCode>>;

/**
 * One database server beside one agent. Every call is idempotent and safe to repeat after a crash
 * at any line; none decides anything. A server that this starts runs in a session of its own and
 * survives the agent.
 */
export interface DatabaseEngine {
  /** Looks at process, data directory and server, each question with its own deadline; never throws. */
  observe(): Promise<DatabaseObservation>;
  /** Resolves when the server process that is running now has ended; at once if none runs. */
  exited(signal: AbortSignal): Promise<void>;

  /** Creates a new, empty database in an absent or empty data directory. */
  initialize(options: CallOptions): EngineResult;
  /** Copies `from` beside the data directory, then swaps; an old directory is kept aside. */
  clone(from: DatabaseAddress, options: CallOptions): EngineResult;
  /** Winds a diverged, stopped data directory back to the common history with `from`. */
  rewind(from: DatabaseAddress, options: CallOptions): EngineResult;

  /** Starts as a standby without an upstream ("sealed"): it never comes up writable. */
  startSealed(options: CallOptions): EngineResult;
  /** Stops with escalation: fast, immediate, kill. Done only when no process of it is left. */
  stop(mode: StopMode, options: CallOptions): EngineResult;
  /**
   * Where the log of a server that was stopped in order ends, from its own control file; `refused`
   * when it was not. A standby that has flushed this far has every commit.
   */
  cleanEnd(options: CallOptions): EngineResult<DatabasePosition>;
  /** Ends every client session (not replication). For a planned hand-over, before the stop. */
  disconnectClients(options: CallOptions): EngineResult;
  /** Flushes so that the following stop is short. */
  checkpoint(options: CallOptions): EngineResult;

  /**
   * Cuts the standby from any upstream, in its durable configuration too; done when the receiver is
   * gone and all received log is replayed. Answers the position that counts as evidence.
   */
  seal(options: CallOptions): EngineResult<DatabasePosition>;
  /** Streams from `upstream`; done when the configuration is in force (not when it streams). */
  follow(upstream: DatabaseAddress, options: CallOptions): EngineResult;
  /** Turns the sealed standby into a primary; done when it accepts writes. Repeats are harmless. */
  promote(options: CallOptions): EngineResult<TimelineSwitch>;
  /**
   * Writes this epoch's marker as the first record, not waiting for standbys; idempotent. `first`: of
   * a new cluster, whose epochs begin anew, so that markers of a former one in the directory go.
   */
  writeMarker(marker: EpochMarker, options: CallOptions): EngineResult<DatabasePosition>;

  /** Puts the rule in force for later commits. On a standby: for when it will be promoted. */
  applyRule(rule: SynchronousRule, options: CallOptions): EngineResult;
  /**
   * Done when the rule is effective in every backend and `acks` of `standbys` have flushed all that
   * was in the log when the barrier began, marker included (protocol §6, "Barrier").
   */
  barrier(rule: SynchronousRule, options: CallOptions): EngineResult;

  /**
   * Brings the access rules of a running server after the list of members, whoever they admit now; a
   * server that does not run reads them when it starts. Beside other calls at any time.
   */
  renewAccess(options: CallOptions): EngineResult;
  /**
   * Keeps log for the other members and the permanent slots of the configuration; bounded by
   * `max_slot_wal_keep_size`. Beside other calls at any time, on a server of either role. Absent on an
   * engine that keeps log for its standbys by itself.
   */
  keepSlots?(log: LogToKeep, options: CallOptions): EngineResult;
  /**
   * Which client connections the server's own access rules admit: `replication` only (before the
   * gate) or `all` (after it). The agent's own Unix-socket session always gets in.
   */
  admit(who: 'replication' | 'all', options: CallOptions): EngineResult;
  /**
   * Of these parameters, those that the running server knows, as it writes them. Absent where an
   * engine cannot be asked.
   */
  settings?(
    names: readonly string[],
    options: CallOptions,
  ): EngineResult<Readonly<Record<string, string>>>;
}
