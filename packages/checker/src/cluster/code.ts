import { applyCommand, decide, mayOpen, startNode, stepNode } from '@mha4rdb/core';
import type { Applied, ClusterState, Command, MemberRecord, Place } from '@mha4rdb/core';
import type { SynchronousRule } from '@mha4rdb/kernel';
import type { Database } from './database.js';
import type { EngineBreaks } from './engine.js';

/**
 * The code under test and what stands around it. As shipped everything but the four functions of core
 * does nothing; a model that leaves a rule out replaces one of the rest.
 */
export interface ClusterCode {
  readonly startNode: typeof startNode;
  readonly stepNode: typeof stepNode;
  readonly decide: typeof decide;
  readonly mayOpen: typeof mayOpen;
  readonly applyCommand: (state: ClusterState, command: Command, place: Place) => Applied;
  readonly engine: EngineBreaks;
  /** The command as its guards see it. */
  readonly guarded: (state: ClusterState, command: Command) => Command;
  /** The state that the coordinator decides on. */
  readonly decidedOn: (state: ClusterState) => ClusterState;
  /** What a member's record says after a restart. */
  readonly recordAtStart: (record: MemberRecord) => MemberRecord;
  /** The rule that the server has when its agent starts beside it. */
  readonly ruleAtStart: (database: Database, state: ClusterState) => SynchronousRule;
  /** The server's rule when its agent proposes another. */
  readonly ruleAtProposal: (
    enforced: SynchronousRule,
    proposed: SynchronousRule,
  ) => SynchronousRule;
  /**
   * Is a proposal that its guard refuses kept on its way? Guards refuse for good (epochs, elections,
   * versions and lives only grow), so that it is pointless as shipped; without one of them it is not.
   */
  readonly keepsRefused: boolean;
  /** Do clients wait until the gate? */
  readonly gate: boolean;
}

export const SHIPPED: ClusterCode = {
  startNode,
  stepNode,
  decide,
  mayOpen,
  applyCommand,
  engine: {},
  guarded: (_, command) => command,
  decidedOn: (state) => state,
  recordAtStart: (record) => record,
  ruleAtStart: ({ rule }) => rule,
  ruleAtProposal: (enforced) => enforced,
  keepsRefused: false,
  gate: true,
};
