export { connectCluster, type ConnectOptions } from './connect-cluster.js';
export type {
  Admin,
  Cluster,
  MemberChanges,
  NewMember,
  OrderOptions,
  Setting,
  Settings,
} from './cluster.js';
export { ClusterError, type ClusterErrorOptions, type ErrorCode } from './cluster-error.js';
export type { TlsOptions } from './connection/connection.js';
export type { CallOptions } from './connection/deadline.js';
export type * from './events/cluster-event.js';
export type { Operation, PlanStep } from './orders/operation.js';
export type {
  ActionProgress,
  ArbiterStatus,
  ClusterStatus,
  DataMemberStatus,
  MemberStatus,
  VipStatus,
} from './status/cluster-status.js';
export type { Diagnosis, DiagnosisFinding } from './status/diagnosis.js';
export type { Explanation, ExplanationCheck } from './status/explanation.js';
export type { HistoryCandidate, HistoryItem, HistoryPhases } from './status/history.js';
export type { DatabaseAddress, Leader, Replica } from './status/leader.js';
export type {
  DurabilityMode,
  Fencing,
  Watchdog,
  MemberStanding,
  MemberState,
  Mode,
  Severity,
  Verdict,
  Voting,
} from './status/words.js';
export type { WatchOptions } from './watch/follow.js';
export type { Listener, ListenerArguments, ListenerName } from './watch/listeners.js';
