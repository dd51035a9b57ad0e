import { Code, ConnectError, createClient, type Client } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { ClusterService, ErrorDetailSchema, type WatchResponse } from '@mha4rdb/proto';
import http from 'node:http';
import https from 'node:https';
import { authorize } from '../rpc/authorize.js';
import { clusterService } from '../rpc/cluster-service.js';
import { createForwarder } from '../rpc/forwarder.js';
import { httpFallback } from '../rpc/http-fallback.js';
import type { Token } from '../rpc/identity.js';
import { startServer, type NodeServer } from '../rpc/server.js';
import type { TlsMaterial } from '../transport/socket-factory.js';
import type { FakeNode } from './fake-node.js';

export const LOCAL = '127.0.0.1';

const cleanups: (() => Promise<void>)[] = [];

/** Ends what the test began; call it after each test. */
export async function endAll(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

export interface Served {
  readonly server: NodeServer;
  readonly url: string;
  readonly client: Client<typeof ClusterService>;
}

export interface Access {
  readonly tls?: TlsMaterial;
  readonly tokens?: readonly Token[];
}

export async function serve(node: FakeNode, access: Access = {}): Promise<Served> {
  const insecure = access.tls === undefined;
  const started = await startServer({
    listen: { host: LOCAL, port: 0 },
    ...(access.tls === undefined ? {} : { tls: access.tls }),
    identity: {
      insecure,
      tokens: access.tokens ?? [],
      isMember: (id) => /^n[123]$/.test(id),
      wasMember: () => false,
    },
    interceptors: [authorize(insecure)],
    routes: (router) =>
      router.service(
        ClusterService,
        clusterService(
          node,
          createForwarder('n1', () => 'n2', access.tls),
        ),
      ),
    memberStreams: {},
    fallback: httpFallback({ status: node.status, metrics: () => 'up 1\n' }),
  });
  if (!started.ok) throw new Error(started.error.message);
  cleanups.push(() => started.value.close(0));
  const url = `${insecure ? 'http' : 'https'}://${LOCAL}:${started.value.port}`;
  return { server: started.value, url, client: clientOf(url) };
}

export function clientOf(
  baseUrl: string,
  options: { readonly token?: string; readonly tls?: Partial<TlsMaterial> } = {},
): Client<typeof ClusterService> {
  const transport = createConnectTransport({
    httpVersion: '1.1',
    baseUrl,
    nodeOptions: { agent: false, ...options.tls, checkServerIdentity: () => undefined },
    interceptors: [
      (next) => (request) => {
        if (options.token !== undefined) {
          request.header.set('authorization', `Bearer ${options.token}`);
        }
        return next(request);
      },
    ],
  });
  return createClient(ClusterService, transport);
}

export interface Plain {
  readonly status: number | undefined;
  readonly body: string;
}

export function ask(url: string, options: http.RequestOptions = {}, body = ''): Promise<Plain> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https') ? https.request : http.request;
    const request = send(url, { agent: false, ...options }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode, body: Buffer.concat(parts).toString() }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'answered';
  } catch (error) {
    const connect = ConnectError.from(error);
    const detail = connect.findDetails(ErrorDetailSchema)[0];
    return `${Code[connect.code]} ${detail?.reasonCode}: ${detail?.message}`;
  }
}

export interface Watching {
  readonly seen: WatchResponse[];
  /** Why it ended, unless the test ended it. */
  readonly failures: string[];
  readonly abort: AbortController;
}

export function watch(client: Client<typeof ClusterService>, afterRevision?: bigint): Watching {
  const abort = new AbortController();
  const seen: WatchResponse[] = [];
  const failures: string[] = [];
  const request = afterRevision === undefined ? {} : { afterRevision };
  void (async () => {
    try {
      for await (const message of client.watch(request, { signal: abort.signal })) {
        seen.push(message);
      }
    } catch (error) {
      const { code, message } = ConnectError.from(error);
      if (code !== Code.Canceled) failures.push(message);
    }
  })();
  cleanups.push(async () => abort.abort());
  return { seen, failures, abort };
}

export const kinds = ({ seen }: Watching): readonly string[] =>
  seen.map(({ body, revision }) =>
    body.case === 'event' ? `event ${body.value.revision}` : `${body.case} at ${revision}`,
  );
