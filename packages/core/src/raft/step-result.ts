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

/**
 * Why no configuration was appended: `unsettled` before an entry of this term is committed (R44),
 * `in-progress` while one is uncommitted or joint (R45), `not-a-learner` and `not-caught-up` for a new
 * voter (R50).
 */
export type MembershipRefusal =
  | 'not-leader'
  | 'transferring'
  | 'unsettled'
  | 'in-progress'
  | 'no-voters'
  | 'not-a-learner'
  | 'not-caught-up'
  | 'unchanged';

/** What one event did. */
export interface StepResult<Command = unknown, Machine = unknown> {
  readonly state: RaftState<Command, Machine>;
  /** To be carried out in this order. */
  readonly effects: readonly RaftEffect<Command, Machine>[];
  /** Present after `propose`. */
  readonly proposal?: Result<ProposalPlace, ProposalRefusal>;
  /** Present after `transfer`. */
  readonly transfer?: Result<null, TransferRefusal>;
  /** Present after `changeMembership`. */
  readonly membership?: Result<ProposalPlace, MembershipRefusal>;
}
