export { explainOf, type ExplainView } from './explain.js';
export { logClaims, type LogClaim } from './log-to-keep.js';
export { formatLsn } from './position-text.js';
export { readinessOf, type Readiness, type ReadinessCheck } from './readiness.js';
export {
  isStale,
  leaderView,
  statusOf,
  type LeaderView,
  type MemberView,
  type StatusView,
} from './status.js';
export type { MemberWord } from './member-state.js';
export { planOrder, type OrderPlan } from './order-plan.js';
