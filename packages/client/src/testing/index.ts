export {
  refusal,
  ScriptedCluster,
  type MemberInit,
  type OrderAnswer,
  type OrderKind,
  type ReceivedOrder,
  type StatusInit,
} from './scripted-cluster.js';
export { startMember, type MemberOptions, type ScriptedMember } from './scripted-member.js';
export { healthyDual } from './status-examples.js';
export { Stage, until, type Path } from './stage.js';
