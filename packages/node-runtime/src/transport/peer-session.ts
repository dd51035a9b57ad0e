import http2 from 'node:http2';
import type { Socket } from 'node:net';

export interface SessionOptions {
  readonly url: string;
  readonly createSocket: () => Socket;
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
}

/**
 * One HTTP/2 connection, watched by pings, as Connect's client wants it. Connect's own manager lets go
 * of its error listener before a connection that it gave up reports its end: an uncaught exception.
 */
export class PeerSession {
  readonly authority: string;
  private readonly session: http2.ClientHttp2Session;
  private readonly pinging: NodeJS.Timeout;
  private failure: Error | undefined;

  constructor(private readonly options: SessionOptions) {
    this.authority = new URL(options.url).origin;
    this.session = http2.connect(options.url, { createConnection: options.createSocket });
    this.session.on('error', (error: Error) => (this.failure ??= error));
    this.pinging = setInterval(() => this.ping(), options.pingIntervalMs);
    this.session.once('close', () => clearInterval(this.pinging));
  }

  /** Resolves when the connection stands; it is the socket's affair to give up in time. */
  connected(): Promise<void> {
    if (!this.session.connecting && !this.session.destroyed) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.session.once('connect', () => resolve());
      this.session.once('close', () => reject(this.failure ?? new Error('the connection ended')));
    });
  }

  /** Why the connection ended, where that is known. */
  get reason(): Error | undefined {
    return this.failure;
  }

  /** Opens a stream; for `request`, and for whoever does not speak through Connect. */
  open(
    headers: http2.OutgoingHttpHeaders,
    options?: Omit<http2.ClientSessionRequestOptions, 'signal'>,
  ): http2.ClientHttp2Stream {
    return this.session.request(headers, options);
  }

  async request(
    method: string,
    path: string,
    headers: http2.OutgoingHttpHeaders,
    options: Omit<http2.ClientSessionRequestOptions, 'signal'>,
  ): Promise<http2.ClientHttp2Stream> {
    await this.connected();
    return this.open({ ...headers, ':method': method, ':path': path }, options);
  }

  /** Part of what Connect asks for; the pings do not depend on what is read. */
  notifyResponseByteRead(): void {}

  get closed(): boolean {
    return this.session.destroyed;
  }

  close(): void {
    if (!this.session.destroyed) this.session.destroy();
  }

  private ping(): void {
    const late = setTimeout(() => {
      const { pingTimeoutMs } = this.options;
      this.session.destroy(new Error(`no answer to a PING within ${pingTimeoutMs} ms`));
    }, this.options.pingTimeoutMs);
    const sent =
      !this.session.destroyed &&
      !this.session.connecting &&
      this.session.ping(() => clearTimeout(late));
    if (!sent) clearTimeout(late);
  }
}
