import { createConnectRouter, type ConnectRouter, type Interceptor } from '@connectrpc/connect';
import {
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from '@connectrpc/connect-node';
import { LIMITS } from '@mha4rdb/kernel';
import type { HttpHandler } from './http-fallback.js';
import { contextOf, type IdentityOptions } from './identity.js';

export interface RpcOptions {
  readonly identity: IdentityOptions;
  readonly interceptors: readonly Interceptor[];
  readonly routes: (router: ConnectRouter) => void;
  /** Everything that is no RPC: probes and metrics. */
  readonly fallback: HttpHandler;
  readonly shutdownSignal: AbortSignal;
}

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
    const handler = handlers.get(request.url?.split('?', 2)[0] ?? '');
    if (handler === undefined) return options.fallback(request, response);
    const context = contextOf(options.identity, request);
    handler(universalRequestFromNodeRequest(request, response, undefined, context))
      .then((answer) => universalResponseToNodeResponse(answer, response))
      // What a handler throws is an answer; what fails here is the way to the caller.
      .catch(() => response.destroy());
  };
}
