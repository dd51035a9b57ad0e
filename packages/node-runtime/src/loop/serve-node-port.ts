import { err, ok, type NodeId, type Result } from '@mha4rdb/kernel';
import type { Contact, Finding, Timing } from '@mha4rdb/core';
import { ClusterService, ConsensusService, DiagnosisService } from '@mha4rdb/proto';
import { systemClock } from '../clock/monotonic-clock.js';
import type { BaseConfig } from '../config/config.js';
import { Examiner } from '../diagnosis/examiner.js';
import type { StandingView } from '../founding/standing.js';
import type { Metrics } from '../metrics/metrics.js';
import { authorize } from '../rpc/authorize.js';
import { callMetrics } from '../rpc/call-metrics.js';
import type { ClusterQueries } from '../rpc/cluster-queries.js';
import { clusterService } from '../rpc/cluster-service.js';
import { consensusService } from '../rpc/consensus-service.js';
import { diagnosisService } from '../rpc/diagnosis-service.js';
import { createForwarder } from '../rpc/forwarder.js';
import { httpFallback, type HttpHandler } from '../rpc/http-fallback.js';
import { readTokens, type Token } from '../rpc/identity.js';
import { startServer, type NodeServer } from '../rpc/server.js';
import { switchableQueries } from '../rpc/switchable-queries.js';
import { EXCHANGE_PATH, type PeerReceiver } from '../transport/peer-receiver.js';
import { readTlsMaterial, type TlsMaterial } from '../transport/socket-factory.js';

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

/** Who answers on the port at the moment: first a node that asks what it is, then the node itself. */
export interface PortSource {
  readonly queries: ClusterQueries;
  readonly standing: (asker: NodeId) => StandingView;
  /** All members, this one included. */
  readonly members: () => readonly Contact[];
  readonly isMember: (id: string) => boolean;
  /** Was one once: it may speak to be told so, and nothing else. */
  readonly wasMember: (id: string) => boolean;
  /** The member whose agent has this `HOST:PORT`. */
  readonly nameOf: (address: string) => string | undefined;
  /** Null while frames are of no use here. */
  readonly receiver: PeerReceiver | null;
}

export interface NodePort {
  readonly server: NodeServer;
  /** As whoever asks on the port is answered at the moment. */
  readonly status: ClusterQueries['status'];
  readonly switchTo: (next: PortSource) => void;
}

/** Peers, clients, probes and metrics on the configured address. */
export async function serveNodePort(
  config: BaseConfig,
  access: Access,
  metrics: Metrics,
  first: PortSource,
  examined: {
    readonly timing: Timing;
    /** What only this node's host has. */
    readonly examineHost: () => Promise<readonly Finding[]>;
  },
): Promise<Result<NodePort, 'port-in-use' | 'cannot-listen'>> {
  let source = first;
  const { queries, switchTo } = switchableQueries(first.queries);
  const forwarder = createForwarder(config.node, (address) => source.nameOf(address), access.tls);
  const examiner = new Examiner({
    config,
    clock: systemClock,
    tokens: access.tokens,
    tls: access.tls,
    members: () => source.members(),
    ...examined,
  });
  const server = await startServer({
    listen: config.listen,
    ...(access.tls !== undefined && { tls: access.tls }),
    identity: {
      insecure: config.security.insecure,
      tokens: access.tokens,
      isMember: (id) => source.isMember(id),
      wasMember: (id) => source.wasMember(id),
    },
    interceptors: [callMetrics(metrics), authorize(config.security.insecure)],
    routes: (router) => {
      router.service(ClusterService, clusterService(queries, forwarder));
      router.service(
        ConsensusService,
        consensusService(config, (asker) => source.standing(asker)),
      );
      router.service(DiagnosisService, diagnosisService(config, systemClock, examiner));
    },
    memberStreams: {
      [EXCHANGE_PATH]: (request, response, proven) =>
        source.receiver === null
          ? refuse(request, response)
          : source.receiver.serve(request, response, proven),
    },
    fallback: httpFallback({ status: queries.status, metrics: () => metrics.render() }),
  });
  if (!server.ok) return server;
  return ok({
    server: server.value,
    status: queries.status,
    switchTo: (next) => {
      source = next;
      switchTo(next.queries);
    },
  });
}

/** The peer tries again within a second. */
function refuse(...[request, response]: Parameters<HttpHandler>): void {
  request.resume();
  response.writeHead(503);
  response.end();
}
