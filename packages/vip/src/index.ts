export {
  isIpv4,
  isIpv6,
  isOwnLabel,
  ownershipLabel,
  parseVip,
  type VipAddress,
} from './vip-address.js';
export {
  buildTable,
  inputRules,
  listTable,
  outputRules,
  removeTable,
  tableName,
  type Audience,
} from './port-ruleset.js';
export { parsePortTable, type PortTableSight } from './port-listing.js';
export {
  COMMIT_ATTEMPTS,
  KERNEL_SLACK_MS,
  LOOK_EVERY_MS,
  TICK_MS,
  armedToken,
  beliefFromSight,
  committedLease,
  nextToken,
  planCommit,
  planPort,
  type CommittedLease,
  type LeaseToken,
  type PortBelief,
  type PortStep,
  type PortWish,
} from './port-lease.js';
export {
  ADDRESS_SLACK_MS,
  planAddress,
  type AddressStep,
  type SeenAddress,
} from './address-lease.js';
export { ANNOUNCE_AT_MS, ANNOUNCE_LATEST_MS, gratuitousArp } from './announcement.js';
export { fencingWord, type FencingWord } from './fencing-word.js';
