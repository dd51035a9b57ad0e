import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import type { TlsConfig } from '../config/config.js';
import type { HostPort } from '../config/scalar-readers.js';

/** Key material as read at the start. */
export interface TlsMaterial {
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

export function readTlsMaterial(config: TlsConfig): TlsMaterial {
  return {
    ca: readFileSync(config.ca),
    cert: readFileSync(config.cert),
    key: readFileSync(config.key),
  };
}

export interface Dial {
  readonly address: HostPort;
  /** Absent: clear text. */
  readonly tls?: TlsMaterial;
  /** The common name that the other side's certificate must carry: its node id. */
  readonly expectedName: string;
  readonly timeoutMs: number;
}

/**
 * Opens a connection that gives up by itself: the kernel alone would try a dead host for two minutes.
 * The names in certificates are node ids, not addresses (R9).
 */
export function dial({ address, tls: material, expectedName, timeoutMs }: Dial): net.Socket {
  const { host, port } = address;
  const socket =
    material === undefined
      ? net.connect({ host, port, noDelay: true })
      : tls.connect({
          host,
          port,
          ...material,
          ALPNProtocols: ['h2'],
          minVersion: 'TLSv1.3',
          checkServerIdentity: (_host, { subject }) =>
            subject.CN === expectedName
              ? undefined
              : new Error(`the certificate names ${String(subject.CN)}, not ${expectedName}`),
        });
  const ready = material === undefined ? 'connect' : 'secureConnect';
  const timer = setTimeout(() => {
    socket.destroy(new Error(`no connection to ${host}:${port} within ${timeoutMs} ms`));
  }, timeoutMs);
  socket.once(ready, () => clearTimeout(timer));
  socket.once('close', () => clearTimeout(timer));
  if (material !== undefined) socket.setNoDelay(true);
  return socket;
}
