import { createConnectRouter, type ConnectRouter, type Interceptor } from '@connectrpc/connect';
import {
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from '@connectrpc/connect-node';
import { LIMITS } from '@mha4rdb/kernel';
import type { HttpHandler } from './http-fallback.js';
import { contextOf, identify, type IdentityOptions } from './identity.js';

export interface RpcOptions {
  readonly identity: IdentityOptions;
  readonly interceptors: readonly Interceptor[];
  readonly routes: (router: ConnectRouter) => void;
  /** Everything that is no RPC: probes and metrics. */
  readonly fallback: HttpHandler;
  /** Served by hand instead of through Connect; for members only, over HTTP/2 only. */
  readonly memberStreams: Readonly<Record<string, MemberStreamHandler>>;
  readonly shutdownSignal: AbortSignal;
}

/** `proven`: the node id that the caller's certificate proves; `undefined` where nothing is proved. */
export type MemberStreamHandler = (
  request: Parameters<HttpHandler>[0],
  response: Parameters<HttpHandler>[1],
  proven: string | undefined,
) => void;

/**
 * Sends each request to its RPC, or to the fallback. Connect's own adapter prints to standard error
 * whenever a caller goes away in the middle of a stream, which members do each time they stop.
 */
export function rpcHandler(options: RpcOptions): HttpHandler {
  const router = createConnectRouter({
    interceptors: [...options.interceptors],
    shutdownSignal: options.shutdownSignal,
    readMaxBytes: 4 * LIMITS.messageBytes,
    maxTimeoutMs: Number.MAX_SAFE_INTEGER,
    grpcWeb: false,
    // A person with curl sees `paused: false`, not the absence of it.
    jsonOptions: { alwaysEmitImplicit: true },
  });
  options.routes(router);
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));
  return (request, response) => {
    const path = request.url?.split('?', 2)[0] ?? '';
    const stream = options.memberStreams[path];
    if (stream !== undefined) return serveMember(options, stream, request, response);
    const handler = handlers.get(path);
    if (handler === undefined) return options.fallback(request, response);
    const context = contextOf(options.identity, request);
    handler(universalRequestFromNodeRequest(request, response, undefined, context))
      .then((answer) => universalResponseToNodeResponse(answer, response))
      // What a handler throws is an answer; what fails here is the way to the caller.
      .catch(() => response.destroy());
  };
}

function serveMember(
  { identity, shutdownSignal }: RpcOptions,
  stream: MemberStreamHandler,
  request: Parameters<HttpHandler>[0],
  response: Parameters<HttpHandler>[1],
): void {
  const caller = identify(identity, request);
  const proven = caller.kind === 'member' || caller.kind === 'outsider' ? caller.name : undefined;
  const was = caller.kind === 'outsider' && identity.wasMember(caller.name);
  const mayCall = identity.insecure || caller.kind === 'member' || was;
  if (mayCall && request.httpVersionMajor === 2 && !shutdownSignal.aborted) {
    const stop = (): void => void response.end();
    shutdownSignal.addEventListener('abort', stop);
    response.once('close', () => shutdownSignal.removeEventListener('abort', stop));
    return stream(request, response, proven);
  }
  request.resume();
  response.writeHead(mayCall ? 505 : 401);
  response.end();
}
