export {
  chooseCandidate,
  evidenceOf,
  type EvidenceVerdict,
  type SealedMember,
} from './evidence.js';
export { classifyAncestry, comparePositions } from './position.js';
export { canRewind } from './rewindable.js';
export { classifyChange, implies, nextRule, NO_RULE, ruleOf, sameRule } from './rule.js';
export { mayOpenUnder, targetRule, wantedAcks, wantedRule } from './durability.js';
