export {
  configFlags,
  loadConfig,
  type ConfigResult,
  type ConfigSources,
  type LoadedConfig,
} from './config/load.js';
export { exampleConfig } from './config/example.js';
export { printConfig, type EffectiveValue } from './config/effective.js';
export { formatProblems, type ConfigProblem } from './config/problem.js';
export { isPrivateAddress } from './config/private-address.js';
export type {
  AgentConfig,
  ArbiterConfig,
  BaseConfig,
  ConfigKind,
  ConfigOf,
  DatabaseConfig,
  DatabaseUser,
  EngineName,
  TlsConfig,
  WatchdogConfig,
} from './config/config.js';
export type { MemberConfig, MemberRole } from './config/member-readers.js';
export type { AddressVip, ForeignVip, HookVip, VipConfig } from './config/vip-readers.js';
export { acceptedHostPort } from './config/scalar-readers.js';
export type { AddressWithPrefix, HostPort } from './config/scalar-readers.js';
export type { TimingInput } from './config/structure-readers.js';
export { systemClock, type Clock } from './clock/monotonic-clock.js';
export {
  openDataDirectory,
  type DataDirectory,
  type DataDirectoryError,
  type DataDirectoryOptions,
} from './disk/data-directory.js';
export { RaftDisk, type FoundOnDisk } from './disk/raft-disk.js';
export type { FlushObserver } from './disk/durable-file.js';
export { LatencyHistogram, type LatencyCounts } from './metrics/latency-histogram.js';
export { NodeLoop, type NodeEdge, type NodeInput, type NodeLoopOptions } from './loop/node-loop.js';
export {
  runNode,
  type EdgeContext,
  type RunNodeError,
  type RunNodeOptions,
  type RunningNode,
  type Serving,
} from './loop/run-node.js';
export { foundingOf } from './loop/founding.js';
export { measureFlush } from './diagnosis/measure-flush.js';
export { readDisk } from './diagnosis/read-node.js';
export { runProgram, type NodeProgram } from './cli/node-program.js';
export type { HostProblem } from './cli/host-problem.js';
export { failureText, serveNode, type ServeHooks, type Served } from './cli/serve-node.js';
export { createLogger, type Logger } from './log/logger.js';
export {
  PeerTransport,
  linkTimingOf,
  type PeerAddress,
  type TransportOptions,
} from './transport/peer-transport.js';
export { PeerReceiver, type ReceiverOptions } from './transport/peer-receiver.js';
export type { LinkState, LinkTiming } from './transport/peer-link.js';
export type { ReceivedFrame, Sender } from './transport/frame-codec.js';
export { readTlsMaterial, type TlsMaterial } from './transport/socket-factory.js';
export { startServer, type NodeServer, type ServerOptions } from './rpc/server.js';
export { clusterService } from './rpc/cluster-service.js';
export type {
  ChangeView,
  ClusterQueries,
  ExplainView,
  HistoryView,
  LeaderView,
  MemberView,
  PlanReply,
  PlanView,
  StatusView,
} from './rpc/cluster-queries.js';
export { createForwarder, type Forwarder } from './rpc/forwarder.js';
export { httpFallback, type HttpHandler } from './rpc/http-fallback.js';
export { authorize } from './rpc/authorize.js';
export {
  identityKey,
  readTokens,
  type Identity,
  type IdentityOptions,
  type Token,
} from './rpc/identity.js';
export { Metrics, type Counter, type Labels, type Sample } from './metrics/metrics.js';
export { addProcessMetrics } from './metrics/process-metrics.js';
