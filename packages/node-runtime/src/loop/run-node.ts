import {
  startNode,
  type ClusterState,
  type Command,
  type Decision,
  type Finding,
  type Founding,
  type MemberRecord,
  type NodeState,
  type Timing,
} from '@mha4rdb/core';
import { ok, type Incarnation, type Result } from '@mha4rdb/kernel';
import { randomBytes, randomInt } from 'node:crypto';
import { systemClock, type Clock } from '../clock/monotonic-clock.js';
import { openBootTime, SuspendDetector } from '../clock/suspend-detector.js';
import type { BaseConfig } from '../config/config.js';
import { openDataDirectory, type DataDirectory } from '../disk/data-directory.js';
import type { Beginning, FoundingPhase } from '../founding/founding-phase.js';
import { LatencyHistogram } from '../metrics/latency-histogram.js';
import { Metrics } from '../metrics/metrics.js';
import { addNodeMetrics } from '../metrics/node-metrics.js';
import { addProcessMetrics } from '../metrics/process-metrics.js';
import type { ClusterQueries } from '../rpc/cluster-queries.js';
import type { Vitals } from '../systemd/vitality.js';
import { linkTimingOf, PeerTransport } from '../transport/peer-transport.js';
import { ChangeLog } from './change-log.js';
import { coreQueries } from './core-queries.js';
import { foundingOf } from './founding.js';
import { NodeLoop, type NodeEdge, type NodeInput } from './node-loop.js';
import { followMembers, peerListOf } from './peer-list.js';
import { foundingPhaseOf, foundingSource, runningSource } from './port-sources.js';
import { scrubHourly } from './scrub-hourly.js';
import { readAccess, serveNodePort, type Access, type NodePort } from './serve-node-port.js';
import { watchGaps } from './watch-gaps.js';

/** What the edge of a data member is built from. */
export interface EdgeContext {
  readonly clock: Clock;
  readonly incarnation: Incarnation;
  readonly heartbeatMs: number;
  /** For what only the edge can count. */
  readonly metrics: Metrics;
  readonly state: () => NodeState;
  /** Not before the first event. Told when what all members agree on has changed; returns how to stop that. */
  readonly onChanged: (listener: () => void) => () => void;
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
  /** For the doctor: what only this kind of node has on its host. */
  readonly examineHost?: (timing: Timing) => Promise<readonly Finding[]>;
  /** Once, when the port answers: perhaps long before the node knows what it is to begin with. */
  readonly onServing?: (serving: Serving) => void;
  /** Ends a node that still asks what it is to begin with. */
  readonly signal?: AbortSignal;
}

/** What a supervisor may know of a node. */
export interface Serving {
  readonly status: ClusterQueries['status'];
  /** Null while the node only asks the others what it is. */
  readonly vitals: () => Vitals | null;
}

export interface RunningNode {
  readonly loop: NodeLoop;
  readonly incarnation: Incarnation;
  readonly port: number;
  /** Ends serving; nothing is decided any more. */
  close(): Promise<void>;
}

export type RunNodeError =
  | 'timing'
  | 'data-directory'
  | 'tokens'
  | 'tls'
  | 'port-in-use'
  | 'cannot-listen'
  /** This id was removed from the cluster. */
  | 'retired'
  /** By `signal`, before it began. */
  | 'ended';

/**
 * The runtime that agent and arbiter share: disk, transport, server, and the loop between them. Without
 * a Raft log it first asks the others what it is to begin with, and serves nothing but that meanwhile.
 */
export async function runNode(options: RunNodeOptions): Promise<Result<RunningNode, RunNodeError>> {
  const { config } = options;
  const founded = foundingOf(config);
  if (!founded.ok) return { ok: false, error: { ...founded.error, code: 'timing' } };
  const access = readAccess(config);
  if (!access.ok) return access;
  const flushes = new LatencyHistogram();
  const opened = await openDirectory(config, flushes);
  if (!opened.ok) return { ok: false, error: { ...opened.error, code: 'data-directory' } };
  const metrics = new Metrics();
  const decided = countingDecisions(metrics, options.onDecision);
  const ground: Ground = { ...founded.value, access: access.value, directory: opened.value };
  const founding = foundingPhaseOf(config, founded.value.founding, access.value.tls, decided);
  if (beganBefore(ground.directory)) founding.beganBefore();
  const port = await serveNodePort(
    config,
    access.value,
    metrics,
    foundingSource(config, founding),
    {
      timing: ground.timing,
      examineHost: async () => (await options.examineHost?.(ground.timing)) ?? [],
    },
  );
  if (!port.ok) {
    await ground.directory.close();
    return port;
  }
  let running: RunningNode | null = null;
  options.onServing?.({
    status: port.value.status,
    vitals: () => running?.loop.vitals() ?? null,
  });
  options.signal?.addEventListener('abort', () => founding.end());
  const begun = await beginningOf(ground.directory, founding);
  if (!begun.ok) {
    await Promise.all([port.value.server.close(0), ground.directory.close()]);
    return begun;
  }
  const parts = { ...begun.value, port: port.value, metrics, flushes, decided };
  running = startLoop(options, ground, parts);
  return ok(running);
}

/** What stands before the node does. */
interface Ground {
  readonly timing: Timing;
  readonly founding: Founding;
  readonly access: Access;
  readonly directory: DataDirectory<Command, ClusterState>;
}

interface Begun extends Beginning {
  readonly incarnation: Incarnation;
}

/**
 * A directory without a snapshot has taken part in nothing yet. One that joined before keeps its life,
 * and asks only whom it may hear.
 */
async function beginningOf(
  directory: DataDirectory<Command, ClusterState>,
  founding: FoundingPhase,
): Promise<Result<Begun, 'retired' | 'ended'>> {
  const { raft, incarnation } = directory;
  if (raft.found.kind === 'found' && raft.found.persisted.snapshot !== null) {
    return ok({ entry: { kind: 'found' }, members: [], incarnation });
  }
  const begun = await founding.begin();
  if (!begun.ok) return begun;
  const { entry } = begun.value;
  const isNewLife = entry.kind === 'join' && !beganBefore(directory);
  return ok({
    ...begun.value,
    incarnation: isNewLife ? await directory.beginLife(entry.life) : incarnation,
  });
}

/** It holds what a first start wrote whole, or the life under which it joined. */
function beganBefore({ raft: { found } }: Ground['directory']): boolean {
  if (found.kind !== 'found') return false;
  const { snapshot, hardState } = found.persisted;
  return snapshot !== null || (hardState.life ?? 0) > 0;
}

function startLoop(
  options: RunNodeOptions,
  ground: Ground,
  begun: Begun & {
    readonly port: NodePort;
    readonly metrics: Metrics;
    readonly flushes: LatencyHistogram;
    readonly decided: (decision: Decision) => void;
  },
): RunningNode {
  const { config } = options;
  const { timing, access, directory } = ground;
  const { incarnation, port, metrics, flushes, decided } = begun;
  const clock = systemClock;
  const self = { clusterName: config.cluster, node: config.node, incarnation };
  const transport = new PeerTransport({
    sender: self,
    ...(access.tls !== undefined && { tls: access.tls }),
    timing: linkTimingOf(timing.heartbeat),
    clock,
    onState: (peer, state) => decided({ event: 'peer-link', fields: { peer, ...state } }),
  });
  const started = startFromDisk(options, ground, begun, clock);
  const context: EdgeContext = {
    clock,
    incarnation,
    heartbeatMs: timing.heartbeat,
    metrics,
    state: (): NodeState => loop.state,
    onChanged: (listener: () => void) => loop.onChanged(listener),
    post: (input: NodeInput): void => loop.post(input),
  };
  const boot = openBootTime();
  const sleep = new SuspendDetector(clock, boot.read);
  const loop: NodeLoop = new NodeLoop({
    started,
    directory,
    clock,
    slept: () => sleep.look(),
    tickMs: Math.min(50, Math.max(25, timing.heartbeat / 4)),
    send: (to, message) => transport.send(to, message),
    edge: options.edge === null ? null : options.edge(context),
    onDecision: decided,
    onFatal: options.onFatal,
  });
  const queries = queriesOf(loop, clock);
  const loopDelay = addRuntimeMetrics(metrics, { loop, queries, flushes, transport, directory });
  const peers = peerListOf(() => loop.state);
  const onRefused = (reason: string): void =>
    decided({ event: 'frame-refused', fields: { reason } });
  port.switchTo(runningSource({ self, loop, queries, peers, onRefused }));
  followMembers(loop, peers, transport);
  loop.start();
  const toleratedMs = timing.loopGap;
  const background = [
    watchGaps(clock, { toleratedMs, tell: decided, delays: loopDelay }),
    scrubHourly(directory.raft, decided, options.onFatal),
  ];
  const { server } = port;
  decided({ event: 'ready', fields: { port: server.port, incarnation } });
  return {
    loop,
    incarnation,
    port: server.port,
    close: async () => {
      for (const stop of background) stop();
      loop.stop();
      boot.close();
      await Promise.all([transport.close(), server.close(200)]);
      await directory.close();
    },
  };
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
  { timing, founding, directory }: Ground,
  { incarnation, entry, members }: Begun,
  clock: Clock,
): ReturnType<typeof startNode> {
  const { raft, memberRecord } = directory;
  return startNode(
    {
      me: config.node,
      role,
      timing,
      founding,
      incarnation,
      entry,
      contacts: members,
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
