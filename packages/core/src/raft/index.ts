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
export type { Compact, Persisted, Propose, RaftEvent, Receive, Tick, Transfer } from './event.js';
export type { Apply, Persist, RaftEffect, RestoreSnapshot, RoleChanged, Send } from './effect.js';
export type { Persistence, Progress, RaftLog, RaftState, Role, TransferState } from './state.js';
export type { PersistedRaft, RaftSource } from './source.js';
export type { RaftOptions } from './options.js';
export type { ProposalPlace, ProposalRefusal, StepResult, TransferRefusal } from './step-result.js';
