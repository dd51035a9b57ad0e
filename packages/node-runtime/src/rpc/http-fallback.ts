import type { ConnectNodeAdapterOptions } from '@connectrpc/connect-node';
import type { StatusView } from './cluster-queries.js';
import { answerProbe } from './probes.js';

/** A handler of plain requests, over HTTP/1.1 and HTTP/2 alike. */
export type HttpHandler = NonNullable<ConnectNodeAdapterOptions['fallback']>;

/** Probes and metrics: everything on the port that is no RPC. Open to everybody, like Patroni's. */
export function httpFallback(sources: {
  readonly status: () => StatusView;
  /** Prometheus' text form. */
  readonly metrics: () => string;
}): HttpHandler {
  return (request, response) => {
    // What a body says is of no interest, and it must be read for the connection to go on.
    request.resume();
    const answer = answerTo(request, sources);
    response.writeHead(answer.status, { 'content-type': answer.type, 'cache-control': 'no-store' });
    response.end(request.method === 'HEAD' ? '' : answer.body);
  };
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

function answerTo(
  { method, url }: Parameters<HttpHandler>[0],
  { status, metrics }: Parameters<typeof httpFallback>[0],
): Answer {
  const path = (url ?? '/').split('?')[0] ?? '/';
  // HAProxy asks with OPTIONS unless told otherwise.
  if (!['GET', 'HEAD', 'OPTIONS'].includes(method ?? '')) {
    return { status: 405, type: 'text/plain', body: 'only GET here\n' };
  }
  if (path === '/metrics') {
    return { status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body: metrics() };
  }
  const probe = answerProbe(path, status);
  return probe === undefined
    ? { status: 404, type: 'text/plain', body: 'no such path\n' }
    : { status: probe.status, type: 'application/json', body: probe.body };
}
