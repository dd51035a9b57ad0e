export { Lab, type LabOptions } from './lab.js';
export { Watch } from './watch.js';
export { type WatchReport, complaints } from './watch-report.js';
export { LabError } from './lab-error.js';
export { monotonicMs } from './monotonic.js';
export { waitUntil } from './wait-until.js';
export { runCommand, tryCommand, type CommandResult } from './run-command.js';
export { programPath } from './repository.js';
export { sweepDeadLabs, removeAllLabs } from './sweep.js';
export { findPostgresBinaries } from './postgres-binaries.js';
export { Member } from './hosts/member.js';
export { Host } from './hosts/host.js';
export { databaseProcesses, postmasterPid } from './hosts/database-processes.js';
export { processesInNamespace } from './network/namespace.js';
export { LAB_NETWORK, type Mode, type PlannedMember } from './cluster/plan.js';
export { type ConfigOverrides } from './cluster/member-config.js';
export {
  type ClusterStatus,
  type HistoryEvent,
  type MemberStatus,
  describeStatus,
} from './cluster/status.js';
export { consumerSql } from './cluster/consumer.js';
export { type LedgerRecord, type Outcome } from './ledger/record.js';
export { FAULTS, type FaultName, type Struck, strike } from './faults/fault.js';
export { type ClientEventLine, listenAsClient } from './client-events.js';
export { type LoggedDecision, decisionsSince } from './agent-log.js';
export { type ProcessUsage, measureUsage } from './process-usage.js';
export { totalMs } from './observe/holders.js';
