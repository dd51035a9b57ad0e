import { createClient, type Client, type HandlerContext } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import {
  ClusterService,
  type FailoverRequest,
  type FailoverResponse,
  type PauseRequest,
  type PauseResponse,
  type ResumeRequest,
  type ResumeResponse,
  type SwitchoverRequest,
  type SwitchoverResponse,
} from '@mha4rdb/proto';
import { readHostPort } from '../config/scalar-readers.js';
import { PeerSession } from '../transport/peer-session.js';
import { dial, type TlsMaterial } from '../transport/socket-factory.js';
import { FORWARDED_HEADER, type Forward } from './orders.js';

/** An order answers when it is committed: a few round trips, or an election. */
const FORWARD_TIMEOUT_MS = 10_000;

export interface Forwarder {
  readonly switchover: Forward<SwitchoverRequest, SwitchoverResponse>;
  readonly failover: Forward<FailoverRequest, FailoverResponse>;
  readonly pause: Forward<PauseRequest, PauseResponse>;
  readonly resume: Forward<ResumeRequest, ResumeResponse>;
}

/** Passes orders on to the coordinator as this member, on a connection of their own each. */
export function createForwarder(
  node: string,
  nameOf: (address: string) => string | undefined,
  tls?: TlsMaterial,
): Forwarder {
  const passing =
    <Request, Response>(
      call: (
        client: Client<typeof ClusterService>,
      ) => (
        request: Request,
        options: { headers: Record<string, string>; timeoutMs: number; signal: AbortSignal },
      ) => Promise<Response>,
    ): Forward<Request, Response> =>
    async (address, request, context: HandlerContext) => {
      const { client, close } = clientOf(address, nameOf(address) ?? '', tls);
      const left = context.timeoutMs() ?? FORWARD_TIMEOUT_MS;
      try {
        return await call(client)(request, {
          headers: { [FORWARDED_HEADER]: node },
          timeoutMs: Math.max(1, Math.min(left, FORWARD_TIMEOUT_MS)),
          signal: context.signal,
        });
      } finally {
        close();
      }
    };
  return {
    switchover: passing((client) => client.switchover),
    failover: passing((client) => client.failover),
    pause: passing((client) => client.pause),
    resume: passing((client) => client.resume),
  };
}

function clientOf(
  address: string,
  expectedName: string,
  tls: TlsMaterial | undefined,
): { readonly client: Client<typeof ClusterService>; readonly close: () => void } {
  const target = readHostPort(address);
  if (!target.ok) throw new RangeError(`${address} is not HOST:PORT`);
  const url = `${tls === undefined ? 'http' : 'https'}://${address}`;
  const session = new PeerSession({
    url,
    pingIntervalMs: 1000,
    pingTimeoutMs: 1000,
    createSocket: () =>
      dial({
        address: target.value,
        ...(tls === undefined ? {} : { tls }),
        expectedName,
        timeoutMs: 1000,
      }),
  });
  const transport = createConnectTransport({
    httpVersion: '2',
    baseUrl: url,
    sessionManager: session,
    useBinaryFormat: true,
  });
  return { client: createClient(ClusterService, transport), close: () => session.close() };
}
