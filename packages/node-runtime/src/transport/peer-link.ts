import type { PeerMessage } from '@mha4rdb/core';
import { LIMITS, type NodeId } from '@mha4rdb/kernel';
import type { PeerFrame } from '@mha4rdb/proto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../clock/monotonic-clock.js';
import { hostPortText, type HostPort } from '../config/scalar-readers.js';
import { Backoff } from './backoff.js';
import { ExchangeStream } from './exchange-stream.js';
import { encodeFrame, type Sender } from './frame-codec.js';
import { FrameQueue } from './frame-queue.js';
import { PeerSession } from './peer-session.js';
import { dial, type TlsMaterial } from './socket-factory.js';

export interface LinkTiming {
  readonly connectTimeoutMs: number;
  /** A ping goes out this often; without answer for `pingTimeoutMs` the connection is given up. */
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
}

export interface LinkOptions {
  readonly sender: Sender;
  readonly peer: { readonly id: NodeId; readonly address: HostPort };
  readonly tls?: TlsMaterial;
  readonly timing: LinkTiming;
  readonly clock: Clock;
  readonly onState: (state: LinkState) => void;
}

export type LinkState =
  | { readonly kind: 'connected' }
  /** `reason` is for people. Said when it goes down, and when the reason changes. */
  | { readonly kind: 'down'; readonly reason: string };

/** Enough for a burst of appends; a peer that does not read loses the oldest. */
const QUEUE_FRAMES = 4 * LIMITS.appendEntries;
const FRAMES_IN_ONE_MESSAGE = 32;
/** Raft repeats what matters; what is older is worth nothing. */
const FRAME_AGE_MS = 1000;

/**
 * What this node says to one peer: one stream that this node opens, for as long as both live. A dead
 * peer costs nothing but a bounded queue of its own. A host that loses power sends no reset: pings
 * notice it.
 */
export class PeerLink {
  private readonly queue: FrameQueue<PeerFrame>;
  private readonly stopping = new AbortController();
  private readonly backoff = new Backoff({ firstMs: 50, mostMs: 1000 });
  private readonly ended: Promise<void>;
  private told: string | undefined;

  constructor(private readonly options: LinkOptions) {
    this.queue = new FrameQueue({ frames: QUEUE_FRAMES, ageMs: FRAME_AGE_MS }, options.clock.now);
    this.ended = this.run();
  }

  /** Never blocks and never fails; what cannot be sent is lost, as Raft allows. */
  send(message: PeerMessage): void {
    this.queue.push(encodeFrame(this.options.sender, this.options.peer.id, message));
  }

  /** Frames lost here so far. */
  get dropped(): number {
    return this.queue.dropped;
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.ended;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const reason = await this.connection(signal);
      if (signal.aborted) return;
      this.tell({ kind: 'down', reason });
      await sleep(this.backoff.next(), undefined, { signal }).catch(() => undefined);
    }
  }

  /** A dead peer is tried every second, and is worth one line. */
  private tell(state: LinkState): void {
    const text = state.kind === 'down' ? state.reason : state.kind;
    if (text === this.told) return;
    this.told = text;
    this.options.onState(state);
  }

  /** One connection from its first byte to its last; says why it ended. */
  private async connection(signal: AbortSignal): Promise<string> {
    const { peer, timing, tls } = this.options;
    const url = `${tls === undefined ? 'http' : 'https'}://${hostPortText(peer.address)}`;
    const session = new PeerSession({
      url,
      pingIntervalMs: timing.pingIntervalMs,
      pingTimeoutMs: timing.pingTimeoutMs,
      createSocket: () =>
        dial({
          address: peer.address,
          ...(tls === undefined ? {} : { tls }),
          expectedName: peer.id,
          timeoutMs: timing.connectTimeoutMs,
        }),
    });
    const closeSession = (): void => session.close();
    signal.addEventListener('abort', closeSession);
    try {
      await session.connected();
      const stream = new ExchangeStream(session, (greeting) => this.greet(stream, greeting));
      void this.feed(stream, session);
      return await stream.ended;
    } catch (error) {
      return (error as Error).message;
    } finally {
      signal.removeEventListener('abort', closeSession);
      session.close();
      this.queue.interrupt();
    }
  }

  /** The other end says who it is, so that a wrong address is noticed. */
  private greet(stream: ExchangeStream, { cluster, from }: PeerFrame): void {
    const { peer, sender } = this.options;
    if (cluster === sender.clusterName && from === peer.id) {
      this.backoff.reset();
      this.tell({ kind: 'connected' });
    } else stream.end(`${hostPortText(peer.address)} is ${from} of ${cluster}`);
  }

  private async feed(stream: ExchangeStream, session: PeerSession): Promise<void> {
    while (!session.closed) {
      const frames = await this.queue.take(FRAMES_IN_ONE_MESSAGE);
      if (frames.length > 0) await stream.send(frames);
    }
  }
}
