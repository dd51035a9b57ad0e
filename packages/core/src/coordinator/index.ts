export { decide, type DecisionOutcome, type Situation } from './decide.js';
export { classifyRequest, objectionTo, type OperatorVerdict } from './operator.js';
export * from './view.js';
