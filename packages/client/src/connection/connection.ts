import {
  Code,
  ConnectError,
  createClient,
  type Client,
  type Interceptor,
} from '@connectrpc/connect';
import { createConnectTransport, Http2SessionManager } from '@connectrpc/connect-node';
import { ClusterService } from '../gen/mha4rdb/v1/cluster_service_pb.js';
import { DiagnosisService } from '../gen/mha4rdb/v1/diagnosis_service_pb.js';
import { dialerOf } from './dialer.js';
import type { Endpoint } from './endpoint.js';

/** PEM, or the bytes of it. */
export interface TlsOptions {
  /** Certificates of authorities to trust instead of the system's. */
  readonly ca?: string | Uint8Array;
  readonly cert?: string | Uint8Array;
  readonly key?: string | Uint8Array;
  /** The name to expect in the member's certificate, where it is not the endpoint's host. */
  readonly serverName?: string;
}

/** One HTTP/2 connection to one member; opened by its first call, again after it broke. */
export interface Connection {
  readonly endpoint: Endpoint;
  readonly service: Client<typeof ClusterService>;
  readonly diagnosis: Client<typeof DiagnosisService>;
  /** Gives up an attempt to connect that has no answer, so that the next call makes a new one. */
  abandonAttempt(): void;
  close(): void;
}

/**
 * A member that dies without a word (power loss) sends no reset: while calls or streams are open,
 * it is asked this often whether it lives, and given this long to answer.
 */
const PING_INTERVAL_MS = 1000;
const PING_TIMEOUT_MS = 1500;

export function openConnection(
  endpoint: Endpoint,
  options: { readonly token?: string | undefined; readonly tls?: TlsOptions | undefined },
): Connection {
  const dialer = dialerOf(options.tls ?? {});
  const sessionManager = new Http2SessionManager(
    endpoint.url,
    { pingIntervalMs: PING_INTERVAL_MS, pingTimeoutMs: PING_TIMEOUT_MS },
    { createConnection: dialer.open },
  );
  const transport = createConnectTransport({
    baseUrl: endpoint.url,
    httpVersion: '2',
    sessionManager,
    interceptors: options.token === undefined ? [] : [bearer(options.token)],
  });
  return {
    endpoint,
    service: createClient(ClusterService, transport),
    diagnosis: createClient(DiagnosisService, transport),
    abandonAttempt: () => {
      if (sessionManager.state() === 'connecting') {
        sessionManager.abort(new ConnectError('no answer', Code.Unavailable));
        dialer.giveUp();
      }
    },
    close: () => {
      sessionManager.abort(new ConnectError('closed', Code.Unavailable));
      dialer.giveUp();
    },
  };
}

function bearer(token: string): Interceptor {
  return (next) => (request) => {
    request.header.set('authorization', `Bearer ${token}`);
    return next(request);
  };
}
