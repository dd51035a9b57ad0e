import type { Applied, ClusterState, Command, Place } from '@mha4rdb/core';
import { logIndexOf, type SynchronousRule } from '@mha4rdb/kernel';
import { SHIPPED, type ClusterCode } from './code.js';

/**
 * One rule left out, each around the shipped code: counterexamples of protocol §9. A model must find
 * each, or its finding nothing in the shipped code would mean nothing.
 */
export const CLUSTER_BREAKS: Readonly<Record<string, ClusterCode>> = {
  /** Standbys report a position as sealed and keep their upstream. */
  'no-seal': { ...SHIPPED, engine: { sealCutsNothing: true } },
  /** The promise is not on disk after a restart. */
  'promise-forgotten': {
    ...SHIPPED,
    recordAtStart: (record) => ({ ...record, promise: logIndexOf(0) }),
  },
  /** One sealed member less than |S| − k + 1 is enough. */
  'evidence-one-short': { ...SHIPPED, decidedOn: withOneMoreAck },
  /** An appointment's target is what evidence is measured against, confirmed or not. */
  'target-is-rule': { ...SHIPPED, applyCommand: recordingTargets },
  /** The database gets a new rule when it is proposed, the weaker one too. */
  'weaken-database-first': { ...SHIPPED, ruleAtProposal: (_, proposed) => proposed },
  /** A stronger rule is recorded before k members hold what the log had. */
  'no-barrier': { ...SHIPPED, engine: { barrierPassesAtOnce: true } },
  /** A restarted agent writes the recorded rule. */
  'restart-asserts-recorded': {
    ...SHIPPED,
    ruleAtStart: ({ rule }, { confirmed }) => confirmed?.rule ?? rule,
  },
  /** A restarted agent writes a configuration without a rule, for as long as it takes. */
  'restart-without-rule': { ...SHIPPED, ruleAtStart: () => NO_RULE },
  /** Of several proposals each counts, whatever it was computed from. */
  'no-compare-and-set': { ...SHIPPED, guarded: atThisVersion },
  /** A change of rule counts in whatever epoch it arrives. */
  'late-rule-applied': { ...SHIPPED, guarded: inThisEpoch, keepsRefused: true },
  /** An appointment counts in whatever election it arrives. */
  'late-appointment-applied': { ...SHIPPED, guarded: inThisElection, keepsRefused: true },
  /** No marker is written after a promotion, so that the barrier cannot count it. */
  'no-marker': { ...SHIPPED, engine: { markerIsNotWritten: true } },
  /** Clients come in as soon as there is a primary. */
  'no-gate': { ...SHIPPED, gate: false },
  /** A grant is given while another may still be valid. */
  'no-wait-for-grants': { ...SHIPPED, mayOpen: () => true },
};

const NO_RULE: SynchronousRule = { standbys: [], acks: 0 };

function withOneMoreAck(state: ClusterState): ClusterState {
  const { confirmed, phase } = state;
  if (confirmed === null || phase !== 'electing') return state;
  const rule = { ...confirmed.rule, acks: confirmed.rule.acks + 1 };
  return { ...state, confirmed: { ...confirmed, rule } };
}

function recordingTargets(state: ClusterState, command: Command, place: Place): Applied {
  const applied = SHIPPED.applyCommand(state, command, place);
  const { confirmed, epoch } = applied.state;
  if (applied.refused !== null || command.type !== 'AppointPrimary' || confirmed === null) {
    return applied;
  }
  const recorded = { ...confirmed, primary: command.member, epoch, rule: command.rule };
  return { ...applied, state: { ...applied.state, confirmed: recorded } };
}

function atThisVersion(state: ClusterState, command: Command): Command {
  if (command.type !== 'SetDurability' || state.confirmed === null) return command;
  return { ...command, ver: state.confirmed.ver };
}

function inThisEpoch(state: ClusterState, command: Command): Command {
  if (command.type !== 'SetDurability' || state.confirmed === null) return command;
  const { epoch, incarnation } = state;
  return { ...command, epoch, incarnation, ver: state.confirmed.ver };
}

function inThisElection(state: ClusterState, command: Command): Command {
  if (command.type !== 'AppointPrimary' || state.election === null) return command;
  return { ...command, electionIndex: state.election.index };
}
