import { Code, ConnectError } from '@connectrpc/connect';
import { err, ok, type Result } from '@mha4rdb/kernel';
import { createServer as createHttpServer } from 'node:http';
import {
  createSecureServer,
  createServer as createHttp2Server,
  type ServerHttp2Session,
} from 'node:http2';
import net from 'node:net';
import type { HostPort } from '../config/scalar-readers.js';
import type { TlsMaterial } from '../transport/socket-factory.js';
import { rpcHandler, type RpcOptions } from './rpc-handler.js';

export interface ServerOptions extends Omit<RpcOptions, 'shutdownSignal'> {
  readonly listen: HostPort;
  /** Absent: clear text, HTTP/1.1 and HTTP/2 told apart by their first bytes. */
  readonly tls?: TlsMaterial;
}

export interface NodeServer {
  readonly port: number;
  /** Streams are told, connections may finish for `graceMs`, then all are cut. */
  readonly close: (graceMs: number) => Promise<void>;
}

/** Streams of one connection: watchers may share one. */
const MOST_STREAMS = 1000;
/** A connection that says nothing at all for so long before its first request is cut. */
const FIRST_BYTE_MS = 10_000;

/** Everything that this node serves, on one port. */
export async function startServer(
  options: ServerOptions,
): Promise<Result<NodeServer, 'port-in-use' | 'cannot-listen'>> {
  const shutdown = new AbortController();
  const sessions = new Set<ServerHttp2Session>();
  const sockets = new Set<net.Socket>();
  const listener = createListener(options, shutdown.signal, sessions);
  listener.on('connection', (socket: net.Socket) => {
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 30_000);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const listening = await listen(listener, options.listen);
  if (!listening.ok) return listening;
  return ok({
    port: (listener.address() as net.AddressInfo).port,
    close: async (graceMs) => {
      shutdown.abort(new ConnectError('this member is stopping', Code.Unavailable));
      const closed = new Promise<void>((resolve) => {
        listener.close(() => resolve());
      });
      for (const session of sessions) session.close();
      const cut = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, graceMs);
      await closed;
      clearTimeout(cut);
    },
  });
}

function createListener(
  options: ServerOptions,
  shutdownSignal: AbortSignal,
  sessions: Set<ServerHttp2Session>,
): net.Server {
  const { identity, interceptors, routes, fallback, memberStreams } = options;
  const handler = rpcHandler({
    identity,
    interceptors,
    routes,
    fallback,
    memberStreams,
    shutdownSignal,
  });
  const track = (session: ServerHttp2Session): void => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.on('error', () => session.destroy());
  };
  const settings = { maxConcurrentStreams: MOST_STREAMS };
  if (options.tls !== undefined) {
    const secure = createSecureServer(
      {
        ...options.tls,
        allowHTTP1: true,
        // Clients come with tokens instead: what a certificate proves is asked where it matters.
        requestCert: true,
        rejectUnauthorized: false,
        minVersion: 'TLSv1.3',
        settings,
      },
      handler,
    );
    secure.on('session', track);
    return secure;
  }
  const http2 = createHttp2Server({ settings }, handler);
  http2.on('session', track);
  const http1 = createHttpServer(handler);
  shutdownSignal.addEventListener('abort', () => http1.closeIdleConnections());
  return net.createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.setTimeout(FIRST_BYTE_MS, () => socket.destroy());
    socket.once('data', (first) => {
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      socket.pause();
      socket.unshift(first);
      const isHttp2 = first.subarray(0, 3).toString('latin1') === 'PRI';
      (isHttp2 ? http2 : http1).emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  });
}

function listen(
  server: net.Server,
  { host, port }: HostPort,
): Promise<Result<void, 'port-in-use' | 'cannot-listen'>> {
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const inUse = error.code === 'EADDRINUSE';
      resolve(
        err(
          inUse ? 'port-in-use' : 'cannot-listen',
          `cannot listen on ${host}:${port}: ${error.message}`,
          inUse
            ? `stop the other program (ss -ltnp 'sport = :${port}'), or change listen`
            : 'check that the address of listen is on this host',
        ),
      );
    });
    server.listen({ host, port }, () => resolve(ok(undefined)));
  });
}
