import {
  startNode,
  type ClusterState,
  type Command,
  type Decision,
  type MemberRecord,
  type NodeState,
} from '@mha4rdb/core';
import { err, invariant, ok, type Incarnation, type NodeId, type Result } from '@mha4rdb/kernel';
import { ClusterService, ConsensusService } from '@mha4rdb/proto';
import { randomBytes, randomInt } from 'node:crypto';
import { GapDetector, openBootTime } from '../clock/gap-detector.js';
import { systemClock, type Clock } from '../clock/monotonic-clock.js';
import type { BaseConfig } from '../config/config.js';
import { readHostPort } from '../config/scalar-readers.js';
import { openDataDirectory, type DataDirectory } from '../disk/data-directory.js';
import { LatencyHistogram } from '../metrics/latency-histogram.js';
import { authorize } from '../rpc/authorize.js';
import type { ClusterQueries } from '../rpc/cluster-queries.js';
import { clusterService } from '../rpc/cluster-service.js';
import { createForwarder } from '../rpc/forwarder.js';
import { httpFallback } from '../rpc/http-fallback.js';
import { identityKey, readTokens } from '../rpc/identity.js';
import { startServer, type NodeServer } from '../rpc/server.js';
import { PeerReceiver } from '../transport/peer-receiver.js';
import { linkTimingOf, PeerTransport } from '../transport/peer-transport.js';
import { readTlsMaterial, type TlsMaterial } from '../transport/socket-factory.js';
import { ChangeLog } from './change-log.js';
import { coreQueries } from './core-queries.js';
import { foundingOf } from './founding.js';
import { NodeLoop, type NodeEdge, type NodeInput } from './node-loop.js';
import { metricsText } from './metrics-text.js';

/** What the edge of a data member is built from. */
export interface EdgeContext {
  readonly clock: Clock;
  readonly incarnation: Incarnation;
  readonly heartbeatMs: number;
  readonly state: () => NodeState;
  readonly post: (input: NodeInput) => void;
}

export interface RunNodeOptions {
  readonly config: BaseConfig;
  readonly role: 'data' | 'arbiter';
  /** Null on an arbiter. Called once, before the first event. */
  readonly edge: ((context: EdgeContext) => NodeEdge) | null;
  readonly onDecision: (decision: Decision) => void;
  /** The process must end: a broken invariant or a failed disk (R4). */
  readonly onFatal: (error: unknown) => void;
}

export interface RunningNode {
  readonly loop: NodeLoop;
  readonly incarnation: Incarnation;
  readonly port: number;
  /** Ends serving; nothing is decided any more. */
  close(): Promise<void>;
}

export type RunNodeError =
  'timing' | 'data-directory' | 'tokens' | 'tls' | 'port-in-use' | 'cannot-listen' | 'not-a-member';

/** The runtime that agent and arbiter share: disk, transport, server, and the loop between them. */
export async function runNode(options: RunNodeOptions): Promise<Result<RunningNode, RunNodeError>> {
  const { config } = options;
  const founded = foundingOf(config);
  if (!founded.ok) return { ok: false, error: { ...founded.error, code: 'timing' } };
  const access = readAccess(config);
  if (!access.ok) return access;
  const flushes = new LatencyHistogram();
  const opened = await openDataDirectory<Command, ClusterState>({
    directory: config.dataDir,
    cluster: config.cluster,
    node: config.node,
    observeFlush: (milliseconds) => flushes.observe(milliseconds),
  });
  if (!opened.ok) return { ok: false, error: { ...opened.error, code: 'data-directory' } };
  const directory = opened.value;
  const { timing, founding } = founded.value;
  const clock = systemClock;
  const started = startNode(
    {
      me: config.node,
      role: options.role,
      timing,
      founding,
      incarnation: directory.incarnation,
      nonce: randomBytes(12).toString('hex'),
      seed: randomInt(2 ** 31),
    },
    {
      raft: directory.raft.found.kind === 'found' ? directory.raft.found.persisted : null,
      member: directory.memberRecord as MemberRecord | null,
    },
    clock.now(),
    clock.wall(),
  );
  const changes = new ChangeLog(started.state.raft.snapshot?.index ?? 0);
  const transport = new PeerTransport({
    sender: { clusterName: config.cluster, node: config.node, incarnation: directory.incarnation },
    ...(access.value.tls !== undefined && { tls: access.value.tls }),
    timing: linkTimingOf(timing.heartbeat),
    clock,
    onState: (peer, state) => options.onDecision({ event: 'peer-link', fields: { peer, state } }),
  });
  const context = {
    clock,
    incarnation: directory.incarnation,
    heartbeatMs: timing.heartbeat,
    state: (): NodeState => loop.state,
    post: (input: NodeInput): void => loop.post(input),
  };
  const loop: NodeLoop = new NodeLoop({
    started,
    directory,
    clock,
    send: (to, message) => transport.send(to, message),
    edge: options.edge === null ? null : options.edge(context),
    onDecision: options.onDecision,
    onFatal: options.onFatal,
  });
  loop.onPublished((event) => changes.add(event));
  const queries = coreQueries({
    state: context.state,
    clock,
    changes,
    ask: (request) => loop.ask(request),
    subscribe: (listener) => loop.onChanged(listener),
  });
  const server = await serve({
    config,
    access: access.value,
    loop,
    queries,
    directory,
    flushes,
    options,
  });
  if (!server.ok) {
    await Promise.all([transport.close(), directory.close()]);
    return server;
  }
  followMembers(loop, transport);
  loop.start();
  const stopWatching = watchForGaps(loop, clock, timing.loopGap, options.onDecision);
  options.onDecision({
    event: 'ready',
    fields: { port: server.value.port, incarnation: directory.incarnation },
  });
  return ok({
    loop,
    incarnation: directory.incarnation,
    port: server.value.port,
    close: async () => {
      stopWatching();
      loop.stop();
      await Promise.all([transport.close(), server.value.close(200)]);
      await directory.close();
    },
  });
}

interface Access {
  readonly tls: TlsMaterial | undefined;
  readonly tokens: Extract<ReturnType<typeof readTokens>, { ok: true }>['value'];
}

function readAccess({ security }: BaseConfig): Result<Access, 'tokens' | 'tls'> {
  const tokens = security.tokens === undefined ? ok([]) : readTokens(security.tokens);
  if (!tokens.ok) return tokens;
  try {
    const tls = security.tls === undefined ? undefined : readTlsMaterial(security.tls);
    return ok({ tls, tokens: tokens.value });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return err(
      'tls',
      `cannot read the key material: ${reason}`,
      'check security.tls.{ca,cert,key}',
    );
  }
}

interface Serving {
  readonly config: BaseConfig;
  readonly access: Access;
  readonly loop: NodeLoop;
  readonly queries: ClusterQueries;
  readonly directory: Pick<DataDirectory, 'incarnation'>;
  readonly flushes: LatencyHistogram;
  readonly options: RunNodeOptions;
}

function serve(serving: Serving): Promise<Result<NodeServer, 'port-in-use' | 'cannot-listen'>> {
  const { config, access, loop, queries, directory, flushes, options } = serving;
  const isMember = (id: string): boolean =>
    loop.state.cluster.members.some((member) => member.id === id);
  const receiver = new PeerReceiver({
    self: { clusterName: config.cluster, node: config.node, incarnation: directory.incarnation },
    isMember,
    provenName: (context) => {
      const identity = context.values.get(identityKey);
      return identity.kind === 'member' ? identity.name : undefined;
    },
    onFrame: ({ from, message }) => loop.post({ type: 'received', from, message }),
    onRefused: (reason) => options.onDecision({ event: 'frame-refused', fields: { reason } }),
    silenceMs: 10_000,
  });
  const nameOf = (address: string): string | undefined =>
    loop.state.cluster.members.find((member) => member.address === address)?.id;
  const forwarder = createForwarder(config.node, nameOf, access.tls);
  return startServer({
    listen: config.listen,
    ...(access.tls !== undefined && { tls: access.tls }),
    identity: { insecure: config.security.insecure, tokens: access.tokens, isMember },
    interceptors: [authorize(config.security.insecure)],
    routes: (router) => {
      router.service(ConsensusService, receiver.service);
      router.service(ClusterService, clusterService(queries, forwarder));
    },
    fallback: httpFallback({
      status: queries.status,
      metrics: () => metricsText(loop.state, queries.status(), flushes),
    }),
  });
}

/** Links follow the replicated member list. */
function followMembers(loop: NodeLoop, transport: PeerTransport): void {
  let known: NodeState['cluster']['members'] | null = null;
  const follow = (): void => {
    const { members } = loop.state.cluster;
    if (members === known) return;
    known = members;
    transport.setPeers(members.map(({ id, address }) => ({ id, address: parsed(id, address) })));
  };
  follow();
  loop.onChanged(follow);
}

function parsed(id: NodeId, address: string): { readonly host: string; readonly port: number } {
  const read = readHostPort(address);
  invariant(read.ok, 'configuration', `the address of ${id} was accepted and is none`, { address });
  return read.value;
}

/**
 * A suspended machine's monotonic clock stood still: grants are shorter by as much. A blocked loop
 * (SIGSTOP, starvation) is counted by the clock, so that it is only told.
 */
function watchForGaps(
  loop: NodeLoop,
  clock: Clock,
  toleratedMs: number,
  tell: (decision: Decision) => void,
): () => void {
  const intervalMs = 50;
  const boot = openBootTime();
  const detector = new GapDetector(clock, boot.read, { intervalMs, toleratedMs });
  const timer = setInterval(() => {
    const gap = detector.look();
    if (gap === undefined) return;
    if (gap.cause === 'suspend') loop.post({ type: 'gap', ms: gap.ms });
    else tell({ event: 'loop-gap', fields: { ms: Math.round(gap.ms) } });
  }, intervalMs);
  return () => {
    clearInterval(timer);
    boot.close();
  };
}
