export type {
  Append,
  AppendResponse,
  InstallSnapshot,
  PreVoteRequest,
  PreVoteResponse,
  RaftMessage,
  TimeoutNow,
  VoteRequest,
  VoteResponse,
} from './message.js';
export type { Configuration } from './membership/configuration.js';
export type { EntryPayload, HardState, LogEntry, Snapshot } from './entry.js';
export type {
  ChangeMembership,
  Compact,
  Persisted,
  Propose,
  RaftEvent,
  Receive,
  Retire,
  Tick,
  Transfer,
} from './event.js';
export type { Apply, Persist, RaftEffect, RestoreSnapshot, RoleChanged, Send } from './effect.js';
export type { Persistence, Progress, RaftLog, RaftState, Role, TransferState } from './state.js';
export type { PersistedRaft, RaftSource } from './source.js';
export type { RaftOptions } from './options.js';
export type {
  MembershipRefusal,
  ProposalPlace,
  ProposalRefusal,
  StepResult,
  TransferRefusal,
} from './step-result.js';
export {
  configurationOf,
  isJoint,
  isMember,
  isVoter,
  membersOf,
} from './membership/configuration.js';
export {
  hasCommittedInTerm,
  isLeader,
  lastIndex,
  leaderOf,
  leadingNodeOf,
  quorumContactAt,
  termAt,
} from './queries.js';
export { answersLately, isCaughtUp } from './membership/change.js';
export { shouldCompact } from './snapshot/compact.js';
export { startRaft } from './start.js';
export { step as stepRaft } from './step.js';
