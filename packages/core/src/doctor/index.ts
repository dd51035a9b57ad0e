export { bySeverity, SEVERITIES, type Finding, type Severity } from './finding.js';
export {
  JUDGED_SETTINGS,
  judgeHost,
  type HostFacts,
  type VipFacts,
  type WatchdogFacts,
} from './judge-host.js';
export { judgeNode, type DiskFacts, type NodeFacts } from './judge-node.js';
export { judgePeer, type ClockReading, type PeerFacts } from './judge-peer.js';
