import net from 'node:net';
import tls from 'node:tls';
import type { TlsOptions } from './connection.js';

/** Opens the sockets of one connection, and can take back the one that is still being opened. */
export interface Dialer {
  /** For `createConnection` of Node's HTTP/2. */
  readonly open: (authority: URL) => net.Socket;
  /**
   * An HTTP/2 session that is destroyed before it stands leaves its socket to the kernel, which tries
   * a host that answers nothing for two minutes, and keeps the process alive for as long.
   */
  readonly giveUp: () => void;
}

export function dialerOf(options: TlsOptions): Dialer {
  let opening: net.Socket | undefined;
  return {
    open: (authority) => {
      const socket = authority.protocol === 'http:' ? plain(authority) : secure(authority, options);
      const settled = (): void => {
        if (opening === socket) opening = undefined;
      };
      opening = socket;
      socket.once(authority.protocol === 'http:' ? 'connect' : 'secureConnect', settled);
      socket.once('close', settled);
      // Whoever waits hears of it from the session; one that is given up concerns nobody.
      socket.on('error', () => undefined);
      return socket;
    },
    giveUp: () => void opening?.destroy(),
  };
}

function plain({ hostname, port }: URL): net.Socket {
  return net.connect({ host: withoutBrackets(hostname), port: Number(port || '80') });
}

function secure({ hostname, port }: URL, { ca, cert, key, serverName }: TlsOptions): net.Socket {
  const host = withoutBrackets(hostname);
  // An address is checked against the certificate too, but must not be sent as a name.
  const servername = serverName ?? (net.isIP(host) === 0 ? host : undefined);
  return tls.connect({
    host,
    port: Number(port || '443'),
    ALPNProtocols: ['h2'],
    ...(ca === undefined ? {} : { ca: pemOf(ca) }),
    ...(cert === undefined ? {} : { cert: pemOf(cert) }),
    ...(key === undefined ? {} : { key: pemOf(key) }),
    ...(servername === undefined ? {} : { servername }),
  });
}

function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function pemOf(value: string | Uint8Array): string | Buffer {
  return typeof value === 'string' ? value : Buffer.from(value);
}
