export * from './action.js';
export type * from './record.js';
export type * from './report.js';
export { classifyStanding, reconcile, type Standing } from './reconcile.js';
export { initialMemberState, type MemberState } from './state.js';
export type { MemberPlan, MemberSituation } from './plan.js';
