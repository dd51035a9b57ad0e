import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { ExchangeRequestSchema, ExchangeResponseSchema, type PeerFrame } from '@mha4rdb/proto';
import type { ClientHttp2Stream } from 'node:http2';
import { EnvelopeReader, messageEnvelope } from './envelope.js';
import { EXCHANGE_PATH, EXCHANGE_TYPE } from './peer-receiver.js';
import type { PeerSession } from './peer-session.js';

/** The sending end of one stream to a peer; Connect's streaming protocol by hand, as at its other end. */
export class ExchangeStream {
  private readonly reader = new EnvelopeReader();
  private reason: string | undefined;
  private readonly stream: ClientHttp2Stream;
  /** Settles with why the stream ended; never rejects. */
  readonly ended: Promise<string>;

  /** `onGreeting` is told what the other end says of itself; it says nothing else. */
  constructor(session: PeerSession, onGreeting: (frame: PeerFrame) => void) {
    this.stream = session.open({
      ':method': 'POST',
      ':path': EXCHANGE_PATH,
      'content-type': EXCHANGE_TYPE,
      'connect-protocol-version': '1',
    });
    this.stream.on('error', (error: Error) => (this.reason ??= error.message));
    this.stream.on('response', ({ ':status': status }) => {
      if (status !== 200) this.end(`the peer answers with HTTP ${status ?? '?'}`);
    });
    // The other end has ended its half: what we send is read by nobody any more.
    this.stream.once('end', () => this.end('the peer ended the stream'));
    this.stream.on('data', (chunk: Buffer) => this.read(chunk, onGreeting));
    this.ended = new Promise((resolve) => {
      this.stream.once('close', () =>
        resolve(this.reason ?? session.reason?.message ?? 'the connection ended'),
      );
    });
  }

  /** Resolves when there is room for more; at once while the peer reads. */
  async send(frames: readonly PeerFrame[]): Promise<void> {
    const message = create(ExchangeRequestSchema, { frames: [...frames] });
    if (this.stream.destroyed) return;
    if (this.stream.write(messageEnvelope(toBinary(ExchangeRequestSchema, message)))) return;
    await new Promise<void>((resolve) => {
      this.stream.once('drain', resolve);
      this.stream.once('close', resolve);
    });
  }

  /** Gives the stream up; `reason` is what `ended` says. */
  end(reason: string): void {
    this.reason ??= reason;
    this.stream.destroy();
  }

  private read(chunk: Buffer, onGreeting: (frame: PeerFrame) => void): void {
    try {
      for (const part of this.reader.read(chunk)) {
        if (part.kind === 'end') this.reason ??= part.end.error?.message;
        else fromBinary(ExchangeResponseSchema, part.bytes).frames.forEach(onGreeting);
      }
    } catch (error) {
      this.end((error as Error).message);
    }
  }
}
