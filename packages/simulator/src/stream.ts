import type { Database } from './database.js';

/** What a stream needs from the world between two hosts. */
export interface Wire {
  /** Packets pass from the upstream's server to the standby's, and back, now. */
  readonly passes: () => boolean;
  readonly delay: () => number;
  readonly later: (milliseconds: number, action: () => void) => void;
  readonly now: () => number;
}

/** A connection over which nothing passed for this long is given up at both ends. */
const GIVE_UP_MS = 3000;
const RETRY_MS = 40;

/**
 * One walsender with its receiver: a TCP connection, so that what passes passes in order, and what
 * cannot pass now passes later or never.
 */
export class Stream {
  /** The standby's flushed end, as the upstream knows it. */
  flushed = 0;
  closed = false;
  private sent: number;
  private arrivesAt = 0;
  private replyArrivesAt = 0;
  private stuckSince: number | null = null;
  private retrying = false;

  constructor(
    readonly upstream: Database,
    readonly downstream: Database,
    private readonly wire: Wire,
    from: number,
  ) {
    this.sent = from;
    upstream.streams.get(downstream.id)?.break();
    upstream.streams.set(downstream.id, this);
    downstream.receiver = this;
    this.pump();
    this.reply();
  }

  get isCaughtUp(): boolean {
    return this.flushed + 20 >= this.upstream.flushed;
  }

  break(): void {
    if (this.closed) return;
    this.closed = true;
    if (this.upstream.streams.get(this.downstream.id) === this) {
      this.upstream.streams.delete(this.downstream.id);
    }
    if (this.downstream.receiver !== this) return;
    this.downstream.receiver = null;
    this.downstream.onDisconnected();
  }

  /** Sends what is flushed and not sent yet. */
  pump(): void {
    if (this.closed || this.upstream.frozen || this.sent >= this.upstream.flushed) return;
    if (!this.mayPass()) return;
    const { upstream, downstream } = this;
    const from = this.sent;
    const records = upstream.wal.records.slice(from, upstream.flushed);
    this.sent = upstream.flushed;
    this.arrivesAt = Math.max(this.arrivesAt, this.wire.now() + this.wire.delay());
    this.wire.later(this.arrivesAt - this.wire.now(), () => {
      if (this.closed) return;
      downstream.later(0, () => {
        if (this.closed || downstream.receiver !== this) return;
        // A receiver that cannot write ends; it connects again, and again.
        if (downstream.diskIsFull) return this.break();
        for (const record of records) downstream.wal.receive(record);
        downstream.flush();
      });
    });
  }

  /** Tells the upstream how far the standby has flushed. */
  reply(): void {
    if (this.closed || this.downstream.frozen) return;
    if (!this.mayPass()) return;
    const flushed = this.downstream.flushed;
    this.replyArrivesAt = Math.max(this.replyArrivesAt, this.wire.now() + this.wire.delay());
    this.wire.later(this.replyArrivesAt - this.wire.now(), () => {
      if (this.closed) return;
      // Dropped by a fence or a cut on its way: TCP sends it again.
      if (!this.wire.passes() || this.upstream.frozen) return this.retry();
      this.flushed = Math.max(this.flushed, flushed);
      this.upstream.release();
    });
  }

  private mayPass(): boolean {
    if (this.wire.passes()) {
      this.stuckSince = null;
      return true;
    }
    this.stuckSince ??= this.wire.now();
    if (this.wire.now() - this.stuckSince > GIVE_UP_MS) this.break();
    else this.retry();
    return false;
  }

  private retry(): void {
    if (this.retrying) return;
    this.retrying = true;
    this.wire.later(RETRY_MS, () => {
      this.retrying = false;
      if (this.closed) return;
      this.pump();
      this.reply();
    });
  }
}
