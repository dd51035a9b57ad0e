export { hears, peersOf, type Contact, type Contacts } from './contacts.js';
export type * from './effect.js';
export type * from './event.js';
export { startNode, type Entry, type NodeDisk, type NodeOptions, type NodeState } from './state.js';
export {
  askingAnswer,
  foundingAnswerOf,
  foundingDecision,
  type FoundingAnswer,
  type FoundingDecision,
} from './founding.js';
export * from './view/index.js';
export type { PublishedEvent } from './publish.js';
export { COMMITTED_DECISIONS } from './log-applied.js';
export { HOOK_REFUSED } from './observe.js';
export { stepNode } from './step.js';
