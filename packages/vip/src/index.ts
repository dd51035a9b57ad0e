export { inSameSubnet, ipBytes, ipText, isIpv4, isIpv6 } from './ip-address.js';
export {
  ADDRESS_PROTOCOL,
  familyOf,
  isOurs,
  ownershipLabel,
  parseVip,
  type OwnershipSigns,
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
  addressSlack,
  planAddress,
  type AddressStep,
  type SeenAddress,
} from './address-lease.js';
export {
  ANNOUNCE_AT_MS,
  ANNOUNCE_LATEST_MS,
  ANNOUNCE_REFRESH_MS,
  announcementAt,
  announcementFrames,
  probeFrame,
} from './announcement.js';
export { ETHERTYPE_ARP, ETHERTYPE_IPV6 } from './ethernet-frame.js';
export { claimFilter, claimIn, macText, type Claim, type FilterStep } from './claim.js';
export { DEFEND_EVERY_MS, judgeClaim, type Dispute, type Verdict } from './defence.js';
export {
  VANISH_LIMIT,
  VANISH_WINDOW_MS,
  keepsVanishing,
  noteVanished,
  type Vanishings,
} from './vanishing.js';
export {
  CARRIER_LOST_AFTER_MS,
  isLost,
  isUsable,
  mustAnnounceAgain,
  type LinkSight,
} from './link-news.js';
export { fencingWord, type FencingWord } from './fencing-word.js';
export {
  afterHook,
  HOOK_LOOK_MS,
  HOOK_UNKNOWN,
  hookDeadlineMs,
  planHook,
  type HookBelief,
  type HookSight,
  type HookStep,
} from './hook-lease.js';
