import type { Instant, NodeId } from '@mha4rdb/kernel';
import { logIndexOf } from '@mha4rdb/kernel';
import { isAdmitted } from '../cluster/identity.js';
import { dataMembers, memberOf, type Election } from '../cluster/state.js';
import type { MemberReport } from '../member/report.js';
import { targetRule } from '../quorum/durability.js';
import {
  chooseCandidate,
  evidenceOf,
  explainCandidates,
  sealedFor,
  type EvidenceVerdict,
  type SealedMember,
} from '../quorum/evidence.js';
import { NO_RULE } from '../quorum/rule.js';
import type { DecisionOutcome, Situation } from './decide.js';
import { freshReport, nothing } from './decide.js';

/** How long an election waits for the member that a switchover or an operator wants. */
const PREFERRED_WAIT_MS = 3000;

/** Appoints as soon as the evidence is complete, and says whose return is needed while it is not. */
export function decideAppointment(situation: Situation): DecisionOutcome {
  const { state, view, now } = situation;
  const { election } = state;
  if (election === null) return nothing(situation);
  if (state.paused && election.cause !== 'operator' && election.cause !== 'switchover') {
    return nothing(situation, 'the cluster is paused, so nobody is appointed');
  }
  const sealed = sealedMembers(situation);
  const verdict = evidenceOf(state, sealed);
  if (verdict.kind === 'missing') return nothing(situation, verdict.reason);
  const chosen = chooseCandidate(state, sealed, verdict);
  if (chosen === null) {
    return nothing(situation, `${verdict.reason}, but no member that has it all can be appointed`);
  }
  if (waitsForPreferred(election, chosen.node, view.phaseSince, now)) {
    return nothing(situation, `waiting for ${wantedBy(election) ?? 'the preferred member'}`);
  }
  return appoint(situation, election, sealed, chosen, verdict);
}

function appoint(
  situation: Situation,
  election: Election,
  sealed: readonly SealedMember[],
  chosen: SealedMember,
  verdict: Extract<EvidenceVerdict, { kind: 'sufficient' }>,
): DecisionOutcome {
  const { state, view, term, now } = situation;
  const report = freshReport(situation, chosen.node);
  if (report === null) return nothing(situation, `${chosen.node} fell silent`);
  const rule =
    election.cause === 'forming'
      ? NO_RULE
      : targetRule(state, reachableFrom(state, election, sealed, chosen));
  return {
    command: {
      type: 'AppointPrimary',
      electionIndex: election.index,
      term,
      member: chosen.node,
      incarnation: report.incarnation,
      rule,
      base: chosen.position,
      evidence: verdict.reason,
      candidates: explainCandidates(state, sealed, chosen.node),
      sealMs: Math.round(now - view.phaseSince),
    },
    view: { ...view, evidenceSince: now },
    why: null,
  };
}

/** Standbys that can stream from the candidate at once: same history, not beyond its end. */
function reachableFrom(
  state: Situation['state'],
  election: Election,
  sealed: readonly SealedMember[],
  chosen: SealedMember,
): readonly NodeId[] {
  return sealedFor(state, sealed)
    .filter(
      ({ node, position, fit }) =>
        fit &&
        node !== chosen.node &&
        !election.excluded.includes(node) &&
        memberOf(state, node)?.standing === undefined &&
        position.epoch === chosen.position.epoch &&
        position.timeline === chosen.position.timeline &&
        position.lsn <= chosen.position.lsn,
    )
    .map(({ node }) => node);
}

/** Whom an operator named, with or without a permission. */
function wantedBy({ override, preferred }: Election): NodeId | null {
  return override?.to ?? preferred;
}

function waitsForPreferred(
  election: Election,
  chosen: NodeId,
  since: Instant,
  now: Instant,
): boolean {
  const preferred = wantedBy(election);
  return preferred !== null && preferred !== chosen && now - since < PREFERRED_WAIT_MS;
}

/** The sealed positions that the members report now. */
export function sealedMembers(situation: Situation): readonly SealedMember[] {
  return dataMembers(situation.state).flatMap(({ id }) => {
    const report = freshReport(situation, id);
    const position = report?.sealedAt ?? null;
    if (report === null || position === null || report.sealedFor === logIndexOf(0)) return [];
    // Back without its Raft directory: it is evidence once it is admitted and has sealed anew (R8).
    if (!isAdmitted(situation.state, id, report.life)) return [];
    const unfitReason = unfitness(report);
    return [
      { node: id, election: report.sealedFor, position, fit: unfitReason === '', unfitReason },
    ];
  });
}

function unfitness(report: MemberReport): string {
  if (report.database?.role !== 'standby') return 'its database does not answer as a standby';
  return '';
}
