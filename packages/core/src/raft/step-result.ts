import type { LogIndex, Result, Term } from '@mha4rdb/kernel';
import type { RaftEffect } from './effect.js';
import type { RaftState } from './state.js';

/**
 * Why a proposal was dropped. It is then in no log, for certain (R39); an accepted one whose leader
 * is lost may be committed or not.
 */
export type ProposalRefusal = 'not-leader' | 'transferring' | 'too-many-uncommitted';

/** Where an accepted proposal stands: committed when THIS term's entry at this index is applied. */
export interface ProposalPlace {
  readonly index: LogIndex;
  readonly term: Term;
}

export type TransferRefusal = 'not-leader' | 'not-a-voter' | 'already-leader' | 'transferring';

/** What one event did. */
export interface StepResult<Command = unknown, Machine = unknown> {
  readonly state: RaftState<Command, Machine>;
  /** To be carried out in this order. */
  readonly effects: readonly RaftEffect<Command, Machine>[];
  /** Present after `propose`. */
  readonly proposal?: Result<ProposalPlace, ProposalRefusal>;
  /** Present after `transfer`. */
  readonly transfer?: Result<null, TransferRefusal>;
}
