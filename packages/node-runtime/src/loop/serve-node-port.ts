import { err, ok, type Result } from '@mha4rdb/kernel';
import { ClusterService } from '@mha4rdb/proto';
import type { BaseConfig } from '../config/config.js';
import type { Metrics } from '../metrics/metrics.js';
import { authorize } from '../rpc/authorize.js';
import { callMetrics } from '../rpc/call-metrics.js';
import type { ClusterQueries } from '../rpc/cluster-queries.js';
import { clusterService } from '../rpc/cluster-service.js';
import { createForwarder } from '../rpc/forwarder.js';
import { httpFallback } from '../rpc/http-fallback.js';
import { readTokens, type Token } from '../rpc/identity.js';
import { startServer, type NodeServer } from '../rpc/server.js';
import type { Sender } from '../transport/frame-codec.js';
import { EXCHANGE_PATH, PeerReceiver } from '../transport/peer-receiver.js';
import { readTlsMaterial, type TlsMaterial } from '../transport/socket-factory.js';
import type { NodeLoop } from './node-loop.js';

/** Key material and tokens as read at the start. */
export interface Access {
  readonly tls: TlsMaterial | undefined;
  readonly tokens: readonly Token[];
}

export function readAccess({ security }: BaseConfig): Result<Access, 'tokens' | 'tls'> {
  const tokens = security.tokens === undefined ? ok([]) : readTokens(security.tokens);
  if (!tokens.ok) return tokens;
  try {
    const tls = security.tls === undefined ? undefined : readTlsMaterial(security.tls);
    return ok({ tls, tokens: tokens.value });
  } catch (error) {
    const reason = (error as Error).message;
    return err(
      'tls',
      `cannot read the key material: ${reason}`,
      'check security.tls.{ca,cert,key}',
    );
  }
}

/** A peer that is connected pings and reports at least this often, whatever the timing. */
const PEER_SILENCE_MS = 10_000;

/** Peers, clients, probes and metrics on the configured address. */
export function serveNodePort(node: {
  readonly config: BaseConfig;
  readonly access: Access;
  readonly self: Sender;
  readonly loop: NodeLoop;
  readonly queries: ClusterQueries;
  readonly metrics: Metrics;
  /** A frame that was refused; for people. */
  readonly onRefused: (reason: string) => void;
}): Promise<Result<NodeServer, 'port-in-use' | 'cannot-listen'>> {
  const { config, access, self, loop, queries, metrics } = node;
  const isMember = (id: string): boolean =>
    loop.state.cluster.members.some((member) => member.id === id);
  const receiver = new PeerReceiver({
    self,
    isMember,
    onFrame: ({ from, message }) => loop.post({ type: 'received', from, message }),
    onRefused: node.onRefused,
    silenceMs: PEER_SILENCE_MS,
  });
  const nameOf = (address: string): string | undefined =>
    loop.state.cluster.members.find((member) => member.address === address)?.id;
  const forwarder = createForwarder(config.node, nameOf, access.tls);
  return startServer({
    listen: config.listen,
    ...(access.tls !== undefined && { tls: access.tls }),
    identity: { insecure: config.security.insecure, tokens: access.tokens, isMember },
    interceptors: [callMetrics(metrics), authorize(config.security.insecure)],
    routes: (router) => router.service(ClusterService, clusterService(queries, forwarder)),
    memberStreams: {
      [EXCHANGE_PATH]: (request, response, proven) => receiver.serve(request, response, proven),
    },
    fallback: httpFallback({ status: queries.status, metrics: () => metrics.render() }),
  });
}
