import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { NodeId } from '@mha4rdb/kernel';
import {
  ConsensusService,
  ExchangeRequestSchema,
  ExchangeResponseSchema,
  PeerFrameSchema,
} from '@mha4rdb/proto';
import type { HttpHandler } from '../rpc/http-fallback.js';
import { endEnvelope, EnvelopeReader, messageEnvelope, type StreamEnd } from './envelope.js';
import { decodeFrame, type ReceivedFrame, type Sender } from './frame-codec.js';
import { InvalidFrame } from './wire-values.js';

/** Where the peers' streams arrive, as every RPC: the service's name and the method's. */
export const EXCHANGE_PATH = `/${ConsensusService.typeName}/${ConsensusService.method.exchange.name}`;
export const EXCHANGE_TYPE = 'application/connect+proto';

export interface ReceiverOptions {
  readonly self: Sender;
  /** Members by the latest list, and those that were; a frame of anybody else is refused (R58). */
  readonly maySpeak: (id: string) => boolean;
  readonly onFrame: (frame: ReceivedFrame) => void;
  /** A frame was refused and its stream ended; `reason` is for people. */
  readonly onRefused: (reason: string) => void;
  /** A stream on which nothing comes for so long is given up; its peer lost power, or hangs. */
  readonly silenceMs: number;
}

type Request = Parameters<HttpHandler>[0];
type Response = Parameters<HttpHandler>[1];

/**
 * The receiving end of all peers' streams. It speaks Connect's streaming protocol by hand: a frame
 * through Connect's own pipeline costs several times what everything else about it does, and frames
 * are most of what an idle node does.
 */
export class PeerReceiver {
  /** The latest life of each peer that was heard; frames of an earlier one are dropped. */
  private readonly lives = new Map<NodeId, number>();

  constructor(private readonly options: ReceiverOptions) {}

  /** Serves one stream. `proven`: the node id that the caller's certificate proves, if it does. */
  serve(request: Request, response: Response, proven: string | undefined): void {
    const { self, silenceMs } = this.options;
    const reader = new EnvelopeReader();
    let heard = process.hrtime.bigint();
    const end = (outcome: StreamEnd): void => {
      if (response.writableEnded) return;
      clearInterval(watch);
      request.removeAllListeners('data');
      request.resume();
      response.end(endEnvelope(outcome));
    };
    const watch = setInterval(() => {
      const silent = Number(process.hrtime.bigint() - heard) / 1e6 >= silenceMs;
      if (silent) end(failed('deadline_exceeded', `nothing heard for ${silenceMs} ms`));
    }, silenceMs / 4);
    const greeting = create(PeerFrameSchema, {
      cluster: self.clusterName,
      from: self.node,
      incarnation: BigInt(self.incarnation),
    });
    response.writeHead(200, { 'content-type': EXCHANGE_TYPE });
    response.write(
      messageEnvelope(
        toBinary(ExchangeResponseSchema, create(ExchangeResponseSchema, { frames: [greeting] })),
      ),
    );
    request.on('data', (chunk: Buffer) => {
      heard = process.hrtime.bigint();
      const refusal = this.refusalOf(() => {
        for (const part of reader.read(chunk)) {
          if (part.kind === 'message') this.take(part.bytes, proven);
        }
      });
      if (refusal !== undefined) end(failed('failed_precondition', refusal));
    });
    request.once('end', () => end({}));
    response.once('close', () => clearInterval(watch));
  }

  private refusalOf(work: () => void): string | undefined {
    try {
      work();
      return undefined;
    } catch (error) {
      if (!(error instanceof InvalidFrame)) throw error;
      this.options.onRefused(error.message);
      return error.message;
    }
  }

  private take(bytes: Uint8Array, proven: string | undefined): void {
    const { self, maySpeak, onFrame } = this.options;
    for (const frame of fromBinary(ExchangeRequestSchema, bytes).frames) {
      if (proven !== undefined && proven !== frame.from) {
        throw new InvalidFrame(`a frame from ${frame.from} on the connection of ${proven}`);
      }
      const received = decodeFrame(self, maySpeak, frame);
      const life = this.lives.get(received.from) ?? 0;
      if (received.incarnation < life) continue;
      this.lives.set(received.from, received.incarnation);
      onFrame(received);
    }
  }
}

function failed(code: string, message: string): StreamEnd {
  return { error: { code, message } };
}
