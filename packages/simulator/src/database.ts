import type { NodeId, SeededRandom, SynchronousRule } from '@mha4rdb/kernel';
import { ASSUMED_MS } from './assumed-times.js';
import type { Schedule } from './schedule.js';
import type { Stream } from './stream.js';
import type { Wal, WalRecord } from './wal.js';

/** What stands in a data directory: survives everything but its own re-making. */
export interface Directory {
  wal: Wal;
  rule: SynchronousRule;
  upstream: NodeId | null;
  admits: 'replication' | 'all';
  /** After a rewind: replay must reach this before the server answers. */
  consistentAt: number;
  /** The epoch for which it was last told to follow. */
  followEpoch: number;
  /** It was let in by an upstream that nobody chose. */
  tainted: boolean;
  /** A rewind was interrupted: no database now. */
  broken: boolean;
  /** Stopped in order since it was last started. */
  clean: boolean;
}

/** What ails the disk of one server, each until a true time. */
export interface DatabaseDisk {
  slowUntil: number;
  fullUntil: number;
  /** A flush that fails ends the server: it cannot know what arrived. */
  failsUntil: number;
}

/** A commit that waits for the rule. */
interface Waiter {
  readonly lsn: number;
  readonly record: WalRecord;
  readonly done: () => void;
}

const NO_RULE: SynchronousRule = { standbys: [], acks: 0 };

/**
 * A PostgreSQL server as far as availability can see it: a log with flushed end and timelines,
 * streaming, the synchronous rule that backends take up a little after it was set, sealed starts,
 * crash recovery. It decides nothing; `engine.ts` carries out what the agent asks.
 */
export class Database {
  directory: Directory | null = null;
  process: 'running' | 'stopped' = 'stopped';
  role: 'starting' | 'standby' | 'primary' = 'starting';
  frozen = false;
  readonly disk: DatabaseDisk = { slowUntil: 0, fullUntil: 0, failsUntil: 0 };
  /** Counts starts and ends: what was planned in an earlier life does nothing. */
  life = 0;
  flushed = 0;
  replayed = 0;
  /** The rule that committing sessions and walsenders go by now. */
  effective: SynchronousRule = NO_RULE;
  /** What the receiver reads from, and who reads from here. */
  receiver: Stream | null = null;
  readonly streams = new Map<NodeId, Stream>();
  /** Up to here commits are finished: others can see them. */
  visible = 0;
  private waiters: Waiter[] = [];
  private flushing = false;
  /** What it will do when it thaws, in order. */
  private missed: (() => void)[] = [];
  /** Somebody tries to connect its receiver now and then. */
  connecting = false;
  /** Told when the receiver lost its connection. */
  onDisconnected: () => void = () => undefined;
  /** Told of every end of the process. */
  onEnd: () => void = () => undefined;

  constructor(
    readonly id: NodeId,
    private readonly schedule: Schedule,
    private readonly random: SeededRandom,
  ) {}

  get wal(): Wal {
    if (this.directory === null) throw new RangeError(`${this.id} has no database`);
    return this.directory.wal;
  }

  get isUp(): boolean {
    return this.process === 'running' && !this.frozen;
  }

  get diskIsFull(): boolean {
    return this.disk.fullUntil > this.schedule.now;
  }

  get diskIsSlow(): boolean {
    return this.disk.slowUntil > this.schedule.now;
  }

  get diskFails(): boolean {
    return this.disk.failsUntil > this.schedule.now;
  }

  /** The epoch of the last marker that is replayed. */
  get epoch(): number {
    return this.directory === null ? 0 : this.wal.epochAt(this.replayed);
  }

  make(wal: Wal): void {
    this.directory = {
      wal,
      rule: NO_RULE,
      upstream: null,
      admits: 'replication',
      consistentAt: 0,
      followEpoch: 0,
      tainted: false,
      broken: false,
      clean: true,
    };
  }

  /** Starts as a standby; it answers once recovery is done and its data is consistent. */
  start(upstream: NodeId | null): void {
    const { directory } = this;
    if (directory === null || this.process === 'running' || directory.broken) return;
    directory.admits = 'replication';
    directory.upstream = upstream;
    directory.clean = false;
    this.process = 'running';
    this.role = 'starting';
    this.frozen = false;
    this.life += 1;
    this.effective = directory.rule;
    this.flushed = this.wal.length;
    this.replayed = 0;
    this.visible = 0;
    this.later(this.random.integer(...ASSUMED_MS.start), () => {
      this.replayed = this.flushed;
      this.becomeReady();
    });
  }

  /** The process ends at once; of the log, what was flushed stays, and perhaps more. */
  crash(): void {
    if (this.process === 'stopped') return;
    const { wal } = this;
    if (wal.length > this.flushed) wal.cutAt(this.random.integer(this.flushed, wal.length));
    this.endProcess();
  }

  /** Ends with everything on disk. */
  stopClean(): void {
    if (this.directory !== null) this.directory.clean = true;
    this.endProcess();
  }

  append(kind: WalRecord['kind'], value: number): WalRecord {
    const record = this.wal.append(kind, value);
    this.flush();
    return record;
  }

  /** A client's commit; `done` runs when it would be acknowledged. */
  commit(value: number, done: () => void): WalRecord {
    const record = this.append('write', value);
    this.waiters.push({ lsn: this.wal.length, record, done });
    return record;
  }

  /** The new rule is in the file, the server was told; processes take it up a little later. */
  setRule(rule: SynchronousRule): void {
    if (this.directory === null) return;
    this.directory.rule = rule;
    if (this.process !== 'running') return;
    this.later(this.random.integer(1, 30), () => {
      this.effective = this.directory?.rule ?? NO_RULE;
      this.release();
    });
  }

  promote(): void {
    const { wal } = this;
    // The end of recovery is a record of its own; a server that cannot write it gives up.
    if (this.diskIsFull) return this.crash();
    this.closeStreams();
    wal.leave(wal.timeline + 1);
    this.role = 'primary';
    // What was recovered is visible at once: nobody waits for its acknowledgement any more.
    this.visible = wal.length;
    this.append('promotion', 0);
    this.replayed = wal.length;
  }

  /** Flushes all that is written; more that comes meanwhile is flushed next. */
  flush(): void {
    if (this.flushing || this.process !== 'running' || this.flushed >= this.wal.length) return;
    this.flushing = true;
    const target = this.wal.length;
    const slow = this.diskIsSlow ? this.random.integer(20, 800) : 0;
    this.later(0.2 + this.random.next() * 1.5 + slow, () => {
      this.flushing = false;
      if (this.diskFails) return this.crash();
      this.flushed = Math.max(this.flushed, Math.min(target, this.wal.length));
      if (this.role === 'primary') this.replayed = this.wal.length;
      else this.replayLater();
      this.receiver?.reply();
      for (const stream of this.streams.values()) stream.pump();
      this.release();
      this.flush();
    });
  }

  /** Lets the commits go that the rule in force is satisfied for. */
  release(): void {
    if (this.role !== 'primary' || this.frozen) return;
    const end = Math.min(this.flushed, this.acknowledgedTo());
    let count = 0;
    for (const waiter of this.waiters) {
      if (waiter.lsn > end) break;
      count += 1;
    }
    if (count === 0) return;
    const released = this.waiters.splice(0, count);
    for (const { lsn, done } of released) {
      this.visible = Math.max(this.visible, lsn);
      done();
    }
  }

  /** Sessions end: what waits is never acknowledged. */
  endSessions(): void {
    this.waiters = [];
  }

  /** How many of `rule`'s standbys have flushed up to `lsn`. */
  holders(rule: SynchronousRule, lsn: number): number {
    return rule.standbys.filter((id) => (this.streams.get(id)?.flushed ?? 0) >= lsn).length;
  }

  /** Runs `action` later, unless the process ended meanwhile; a frozen one does it when it thaws. */
  later(milliseconds: number, action: () => void): void {
    const { life } = this;
    this.schedule.after(milliseconds, () => this.whenAwake(life, action));
  }

  freeze(): void {
    this.frozen = this.process === 'running';
  }

  thaw(): void {
    if (!this.frozen) return;
    this.frozen = false;
    for (const action of this.missed.splice(0)) action();
    for (const stream of this.streams.values()) stream.pump();
    this.receiver?.reply();
    this.release();
  }

  closeStreams(): void {
    for (const stream of [...this.streams.values()]) stream.break();
    this.receiver?.break();
  }

  becomeReady(): void {
    const { directory } = this;
    if (this.role !== 'starting' || directory === null) return;
    if (this.replayed >= directory.consistentAt) this.role = 'standby';
  }

  private acknowledgedTo(): number {
    const { standbys, acks } = this.effective;
    if (acks === 0) return Infinity;
    const ends = standbys.map((id) => this.streams.get(id)?.flushed ?? 0).sort((a, b) => b - a);
    return ends[acks - 1] ?? 0;
  }

  private replayLater(): void {
    const target = this.flushed;
    this.later(this.random.next() * 3, () => {
      this.replayed = Math.max(this.replayed, Math.min(target, this.wal.length));
      this.becomeReady();
    });
  }

  private whenAwake(life: number, action: () => void): void {
    if (life !== this.life) return;
    if (!this.frozen) action();
    else this.missed.push(() => this.whenAwake(life, action));
  }

  private endProcess(): void {
    this.closeStreams();
    this.process = 'stopped';
    this.role = 'starting';
    this.frozen = false;
    this.life += 1;
    this.flushing = false;
    this.missed = [];
    this.flushed = this.wal.length;
    this.waiters = [];
    this.onEnd();
  }
}
