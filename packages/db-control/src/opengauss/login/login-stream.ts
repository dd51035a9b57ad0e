import { Duplex } from 'node:stream';
import type { LoginFlavour } from '@mha4rdb/db-probe';
import { answerLogin, type Credentials, type Demand } from './answer.js';
import { MessageReader, passwordMessage, type ServerMessage } from './messages.js';
import { otherServer, readLoginRequest } from './request.js';

/** Protocol 3.0, as drivers for PostgreSQL announce it. */
const PROTOCOL_3_0 = 3 << 16;
const AUTHENTICATION = 'R';
const ERROR = 'E';
const NEGOTIATE_PROTOCOL = 'v';

/**
 * A connection to a server of the openGauss family as a driver for PostgreSQL expects it. It
 * announces the protocol that such a server needs, answers its request for a password itself, and
 * hands the driver everything else, so that the driver sees a login without a password. From then
 * on it passes bytes. One password is sent in its life, whatever the server asks.
 *
 * A driver's cancel request is passed as it is. What cannot be answered destroys the stream with an
 * error whose `code` is a `RefusalCode`; nothing was sent then, and nothing is counted.
 */
export class LoginStream extends Duplex {
  private phase: 'hello' | 'login' | 'through' = 'hello';
  private hello = Buffer.alloc(0);
  private readonly messages = new MessageReader();
  private answered = false;
  private answering = false;

  constructor(
    private readonly socket: Duplex,
    private readonly credentials: Credentials,
    private readonly flavour: LoginFlavour,
  ) {
    super({ allowHalfOpen: false });
    let ended = false;
    socket.on('data', (chunk: Buffer) => this.received(chunk));
    socket.once('end', () => {
      ended = true;
      this.push(null);
    });
    socket.once('error', (error) => this.destroy(error));
    // After an orderly end the reader may still have the server's last words before it.
    socket.once('close', () => {
      if (!ended) this.destroy();
    });
  }

  /** Drivers ask this before they say good-bye. */
  get readyState(): 'open' | 'closed' {
    return this.destroyed ? 'closed' : 'open';
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    if (this.phase !== 'hello') {
      this.socket.write(chunk, done);
      return;
    }
    this.hello = Buffer.concat([this.hello, chunk]);
    if (this.hello.length < 8) {
      done();
      return;
    }
    const isStartUp = this.hello.readInt32BE(4) === PROTOCOL_3_0;
    if (isStartUp) this.hello.writeUInt16BE(this.flavour.protocolMinor, 6);
    this.phase = isStartUp ? 'login' : 'through';
    this.socket.write(this.hello, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.socket.destroyed) done();
    else this.socket.end(() => done());
  }

  override _read(): void {
    this.socket.resume();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.socket.destroy();
    done(error);
  }

  private received(chunk: Buffer): void {
    if (this.phase === 'through') {
      if (!this.push(chunk)) this.socket.pause();
      return;
    }
    this.messages.add(chunk);
    void this.work();
  }

  /** One message after the other: what follows a request waits until that has been answered. */
  private async work(): Promise<void> {
    if (this.answering) return;
    this.answering = true;
    try {
      while (this.phase !== 'through' && !this.destroyed) {
        const message = this.messages.next();
        if (message === 'incomplete') return;
        if (message === 'foreign') {
          this.fail('UNSUPPORTED_LOGIN', 'the server speaks no protocol of this family');
          return;
        }
        await this.handle(message);
      }
    } finally {
      this.answering = false;
    }
  }

  private async handle(message: ServerMessage): Promise<void> {
    if (message.type === NEGOTIATE_PROTOCOL) return this.answer(otherServer());
    const request = message.type === AUTHENTICATION ? readLoginRequest(message.body) : undefined;
    if (request !== undefined && request.kind !== 'accepted') return this.answer(request);
    this.push(message.whole);
    if (request !== undefined || message.type === ERROR) this.passOn();
  }

  /** The login is over: what was read ahead goes to the driver, and so does all that comes. */
  private passOn(): void {
    this.phase = 'through';
    const rest = this.messages.rest();
    if (rest.length > 0) this.push(rest);
  }

  private async answer(request: Demand): Promise<void> {
    if (this.answered && request.kind !== 'unsupported') {
      this.fail('UNSUPPORTED_LOGIN', 'the server asks for a password a second time');
      return;
    }
    this.answered = true;
    const answer = await answerLogin(request, this.credentials, this.flavour);
    if (this.destroyed) return;
    if (answer.kind === 'refuse') this.fail(answer.code, answer.reason);
    else this.socket.write(passwordMessage(answer.text));
  }

  private fail(code: string, reason: string): void {
    this.destroy(Object.assign(new Error(reason), { code }));
  }
}
