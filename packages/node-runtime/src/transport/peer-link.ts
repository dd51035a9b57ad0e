import { create } from '@bufbuild/protobuf';
import { ConnectError, createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import type { PeerMessage } from '@mha4rdb/core';
import { LIMITS, type NodeId } from '@mha4rdb/kernel';
import {
  ConsensusService,
  ExchangeRequestSchema,
  type ExchangeRequest,
  type PeerFrame,
} from '@mha4rdb/proto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../clock/monotonic-clock.js';
import type { HostPort } from '../config/scalar-readers.js';
import { Backoff } from './backoff.js';
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
    const url = `${tls === undefined ? 'http' : 'https'}://${authority(peer.address)}`;
    const ended = new AbortController();
    const either = AbortSignal.any([signal, ended.signal]);
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
    const transport = createConnectTransport({
      httpVersion: '2',
      baseUrl: url,
      sessionManager: session,
      useBinaryFormat: true,
    });
    try {
      await session.connected();
      const client = createClient(ConsensusService, transport);
      const answers = client.exchange(this.outgoing(either), { signal: either });
      for await (const { frames } of answers) {
        const stranger = frames.find((frame) => !this.isPeer(frame));
        if (stranger !== undefined) {
          return `${authority(peer.address)} is ${stranger.from} of ${stranger.cluster}`;
        }
        this.backoff.reset();
        this.tell({ kind: 'connected' });
      }
      return 'the peer ended the stream';
    } catch (error) {
      return reasonOf(session.reason ?? error);
    } finally {
      ended.abort();
      this.queue.interrupt();
      session.close();
    }
  }

  /** The other end answers with an empty frame of its own, so that a wrong address is noticed. */
  private isPeer({ cluster, from }: PeerFrame): boolean {
    return cluster === this.options.sender.clusterName && from === this.options.peer.id;
  }

  private async *outgoing(signal: AbortSignal): AsyncGenerator<ExchangeRequest> {
    // At once, so that the other end can greet before there is anything to say.
    yield create(ExchangeRequestSchema, { frames: [] });
    for (;;) {
      const frames = await this.queue.take(FRAMES_IN_ONE_MESSAGE);
      if (signal.aborted) return;
      if (frames.length > 0) yield create(ExchangeRequestSchema, { frames: [...frames] });
    }
  }
}

function reasonOf(error: unknown): string {
  return ConnectError.from(error).rawMessage;
}

function authority({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
