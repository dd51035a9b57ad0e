import { create } from '@bufbuild/protobuf';
import { Code, ConnectError, type HandlerContext, type ServiceImpl } from '@connectrpc/connect';
import type { NodeId } from '@mha4rdb/kernel';
import {
  ExchangeResponseSchema,
  PeerFrameSchema,
  type ConsensusService,
  type ExchangeRequest,
  type ExchangeResponse,
} from '@mha4rdb/proto';
import { decodeFrame, type ReceivedFrame, type Sender } from './frame-codec.js';
import { InvalidFrame } from './wire-values.js';

export interface ReceiverOptions {
  readonly self: Sender;
  /** By the latest member list; a frame of anybody else is refused (R58). */
  readonly isMember: (id: string) => boolean;
  /** The node id that the caller's certificate proves; `undefined` where nothing is proved. */
  readonly provenName: (context: HandlerContext) => string | undefined;
  readonly onFrame: (frame: ReceivedFrame) => void;
  /** A frame was refused and its stream ended; `reason` is for people. */
  readonly onRefused: (reason: string) => void;
  /** A stream on which nothing comes for so long is given up; its peer lost power, or hangs. */
  readonly silenceMs: number;
}

/** The receiving end of all peers' streams. */
export class PeerReceiver {
  /** The latest life of each peer that was heard; frames of an earlier one are dropped. */
  private readonly lives = new Map<NodeId, number>();

  constructor(private readonly options: ReceiverOptions) {}

  /** The implementation for the router. */
  get service(): ServiceImpl<typeof ConsensusService> {
    return { exchange: (requests, context) => this.exchange(requests, context) };
  }

  private async *exchange(
    requests: AsyncIterable<ExchangeRequest>,
    context: HandlerContext,
  ): AsyncGenerator<ExchangeResponse> {
    const { self } = this.options;
    const greeting = create(PeerFrameSchema, {
      cluster: self.clusterName,
      from: self.node,
      incarnation: BigInt(self.incarnation),
    });
    yield create(ExchangeResponseSchema, { frames: [greeting] });
    const proven = this.options.provenName(context);
    for await (const { frames } of withinSilence(requests, this.options.silenceMs)) {
      if (context.signal.aborted) return;
      for (const frame of frames) {
        if (proven !== undefined && proven !== frame.from) {
          this.refuse(`a frame from ${frame.from} on the connection of ${proven}`);
        }
        this.take(() => decodeFrame(self, this.options.isMember, frame));
      }
    }
  }

  private take(decode: () => ReceivedFrame): void {
    let frame: ReceivedFrame;
    try {
      frame = decode();
    } catch (error) {
      if (error instanceof InvalidFrame) this.refuse(error.message);
      throw error;
    }
    const life = this.lives.get(frame.from) ?? 0;
    if (frame.incarnation < life) return;
    this.lives.set(frame.from, frame.incarnation);
    this.options.onFrame(frame);
  }

  private refuse(reason: string): never {
    this.options.onRefused(reason);
    throw new ConnectError(reason, Code.FailedPrecondition);
  }
}

/** Ends with an error when nothing comes for `silenceMs`, to a quarter of that more. */
async function* withinSilence<Item>(
  items: AsyncIterable<Item>,
  silenceMs: number,
): AsyncGenerator<Item> {
  let heard = process.hrtime.bigint();
  let giveUp: () => void = () => undefined;
  // One timer for the whole stream: one for each message would cost more than the message.
  const watch = setInterval(() => {
    if (Number(process.hrtime.bigint() - heard) / 1e6 >= silenceMs) giveUp();
  }, silenceMs / 4);
  const iterator = items[Symbol.asyncIterator]();
  // A promise of its own for each message: a race against one that lasts would keep all of them.
  const nextItem = (): Promise<IteratorResult<Item>> =>
    new Promise((resolve, reject) => {
      giveUp = () =>
        reject(new ConnectError(`nothing heard for ${silenceMs} ms`, Code.DeadlineExceeded));
      iterator.next().then(resolve, reject);
    });
  try {
    for (;;) {
      const next = await nextItem();
      if (next.done === true) return;
      heard = process.hrtime.bigint();
      yield next.value;
    }
  } finally {
    clearInterval(watch);
  }
}
