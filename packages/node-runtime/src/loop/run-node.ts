import {
  startNode,
  type ClusterState,
  type Command,
  type Decision,
  type Founding,
  type MemberRecord,
  type NodeState,
  type Timing,
} from '@mha4rdb/core';
import { invariant, ok, type Incarnation, type NodeId, type Result } from '@mha4rdb/kernel';
import { randomBytes, randomInt } from 'node:crypto';
import { systemClock, type Clock } from '../clock/monotonic-clock.js';
import type { BaseConfig } from '../config/config.js';
import { readHostPort, type HostPort } from '../config/scalar-readers.js';
import { openDataDirectory, type DataDirectory } from '../disk/data-directory.js';
import { LatencyHistogram } from '../metrics/latency-histogram.js';
import { Metrics } from '../metrics/metrics.js';
import { addNodeMetrics } from '../metrics/node-metrics.js';
import { addProcessMetrics } from '../metrics/process-metrics.js';
import type { ClusterQueries } from '../rpc/cluster-queries.js';
import { linkTimingOf, PeerTransport } from '../transport/peer-transport.js';
import { ChangeLog } from './change-log.js';
import { coreQueries } from './core-queries.js';
import { foundingOf } from './founding.js';
import { NodeLoop, type NodeEdge, type NodeInput } from './node-loop.js';
import { scrubHourly } from './scrub-hourly.js';
import { readAccess, serveNodePort } from './serve-node-port.js';
import { watchGaps } from './watch-gaps.js';

/** What the edge of a data member is built from. */
export interface EdgeContext {
  readonly clock: Clock;
  readonly incarnation: Incarnation;
  readonly heartbeatMs: number;
  /** For what only the edge can count. */
  readonly metrics: Metrics;
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
  const opened = await openDirectory(config, flushes);
  if (!opened.ok) return { ok: false, error: { ...opened.error, code: 'data-directory' } };
  const directory = opened.value;
  const { raft, incarnation } = directory;
  const { timing } = founded.value;
  const clock = systemClock;
  const metrics = new Metrics();
  const decided = countingDecisions(metrics, options.onDecision);
  const self = { clusterName: config.cluster, node: config.node, incarnation };
  const transport = new PeerTransport({
    sender: self,
    ...(access.value.tls !== undefined && { tls: access.value.tls }),
    timing: linkTimingOf(timing.heartbeat),
    clock,
    onState: (peer, state) => decided({ event: 'peer-link', fields: { peer, ...state } }),
  });
  const started = startFromDisk(options, founded.value, directory, clock);
  const context: EdgeContext = {
    clock,
    incarnation,
    heartbeatMs: timing.heartbeat,
    metrics,
    state: (): NodeState => loop.state,
    post: (input: NodeInput): void => loop.post(input),
  };
  const loop: NodeLoop = new NodeLoop({
    started,
    directory,
    clock,
    tickMs: Math.min(50, Math.max(25, timing.heartbeat / 4)),
    send: (to, message) => transport.send(to, message),
    edge: options.edge === null ? null : options.edge(context),
    onDecision: decided,
    onFatal: options.onFatal,
  });
  const queries = queriesOf(loop, clock);
  const loopDelay = addRuntimeMetrics(metrics, { loop, queries, flushes, transport, directory });
  const server = await serveNodePort({
    config,
    access: access.value,
    self,
    loop,
    queries,
    metrics,
    onRefused: (reason) => decided({ event: 'frame-refused', fields: { reason } }),
  });
  if (!server.ok) {
    await Promise.all([transport.close(), directory.close()]);
    return server;
  }
  followMembers(loop, transport);
  loop.start();
  const toleratedMs = timing.loopGap;
  const background = [
    watchGaps(loop, clock, { toleratedMs, tell: decided, delays: loopDelay }),
    scrubHourly(raft, decided, options.onFatal),
  ];
  const { port } = server.value;
  decided({ event: 'ready', fields: { port, incarnation } });
  return ok({
    loop,
    incarnation,
    port,
    close: async () => {
      for (const stop of background) stop();
      loop.stop();
      await Promise.all([transport.close(), server.value.close(200)]);
      await directory.close();
    },
  });
}

function countingDecisions(
  metrics: Metrics,
  tell: (decision: Decision) => void,
): (decision: Decision) => void {
  const decisions = metrics.counter('mha_decisions_total', 'Decisions by kind, as in the log.');
  return (decision) => {
    decisions.add({ event: decision.event });
    tell(decision);
  };
}

function openDirectory(
  config: BaseConfig,
  flushes: LatencyHistogram,
): ReturnType<typeof openDataDirectory<Command, ClusterState>> {
  return openDataDirectory<Command, ClusterState>({
    directory: config.dataDir,
    cluster: config.cluster,
    node: config.node,
    observeFlush: (milliseconds) => flushes.observe(milliseconds),
  });
}

function startFromDisk(
  { config, role }: RunNodeOptions,
  { timing, founding }: { readonly timing: Timing; readonly founding: Founding },
  directory: DataDirectory<Command, ClusterState>,
  clock: Clock,
): ReturnType<typeof startNode> {
  const { raft, incarnation, memberRecord } = directory;
  return startNode(
    {
      me: config.node,
      role,
      timing,
      founding,
      incarnation,
      entry: { kind: 'found' },
      nonce: randomBytes(12).toString('hex'),
      seed: randomInt(2 ** 31),
    },
    {
      raft: raft.found.kind === 'found' ? raft.found.persisted : null,
      member: memberRecord as MemberRecord | null,
    },
    clock.now(),
    clock.wall(),
  );
}

function queriesOf(loop: NodeLoop, clock: Clock): ClusterQueries {
  const changes = new ChangeLog(loop.state.raft.snapshot?.index ?? 0);
  loop.onPublished((event) => changes.add(event));
  return coreQueries({
    state: () => loop.state,
    clock,
    changes,
    ask: (request) => loop.ask(request),
    subscribe: (listener) => loop.onChanged(listener),
  });
}

/** Everything that the runtime itself can count; answers where to put the loop's delays. */
function addRuntimeMetrics(
  metrics: Metrics,
  parts: {
    readonly loop: NodeLoop;
    readonly queries: ClusterQueries;
    readonly flushes: LatencyHistogram;
    readonly transport: PeerTransport;
    readonly directory: Pick<DataDirectory, 'raft'>;
  },
): LatencyHistogram {
  const loopDelay = new LatencyHistogram();
  addProcessMetrics(metrics);
  addNodeMetrics(metrics, {
    node: () => parts.loop.state,
    status: parts.queries.status,
    droppedFrames: () => parts.transport.dropped,
    logBytes: () => parts.directory.raft.logBytes,
  });
  metrics.histogram('mha_fsync_seconds', 'Flushes of the data directory.', parts.flushes);
  metrics.histogram('mha_event_loop_delay_seconds', 'Lateness of a 50 ms timer.', loopDelay);
  return loopDelay;
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

function parsed(id: NodeId, address: string): HostPort {
  const read = readHostPort(address);
  invariant(read.ok, 'configuration', `the address of ${id} was accepted and is none`, { address });
  return read.value;
}
