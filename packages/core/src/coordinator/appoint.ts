import type { Instant, NodeId } from '@mha4rdb/kernel';
import { logIndexOf } from '@mha4rdb/kernel';
import { isAdmitted } from '../cluster/identity.js';
import {
  dataMembers,
  isInMaintenance,
  mayCount,
  memberOf,
  mustNotAppoint,
  type Election,
} from '../cluster/state.js';
import { reportsNoWatchdog, type MemberReport } from '../member/report.js';
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
  if (mustNotAppoint(state)) {
    return nothing(situation, 'the cluster is paused, so nobody is appointed');
  }
  const all = sealedMembers(situation);
  const { sealed, verdict } = withoutKept(situation, all);
  if (verdict.kind === 'missing') return nothing(situation, missing(situation, verdict.reason));
  const chosen = chooseCandidate(state, sealed, verdict);
  if (chosen === null) return nothing(situation, nobodyFit(verdict.reason, sealed));
  if (waitsForPreferred(election, chosen.node, view.phaseSince, now)) {
    return nothing(situation, `waiting for ${wantedBy(election) ?? 'the preferred member'}`);
  }
  return appoint(situation, election, all, chosen, verdict);
}

/**
 * Who may not take over (`noFailover`, a hook that refused, no watchdog) is left out where the others are evidence enough by themselves: what only he
 * has was then never acknowledged, so that nobody has to wait for him. Where they are not, he counts.
 */
function withoutKept(
  situation: Situation,
  all: readonly SealedMember[],
): { readonly sealed: readonly SealedMember[]; readonly verdict: EvidenceVerdict } {
  const { state } = situation;
  const free = all.filter(({ node }) => {
    const report = freshReport(situation, node);
    return report !== null && objectionToLeading(state, report) === '';
  });
  const verdict = evidenceOf(state, free);
  if (free.length === all.length) return { sealed: all, verdict };
  const appointable = verdict.kind === 'sufficient' && chooseCandidate(state, free, verdict);
  return appointable ? { sealed: free, verdict } : { sealed: all, verdict: evidenceOf(state, all) };
}

/**
 * `noFailover` keeps a member from taking over by itself. It keeps nobody from what is no failover:
 * the last primary restarts in place, and an operator who accepts loss has named whom he wants.
 */
function isKept(state: Situation['state'], id: NodeId): boolean {
  if (memberOf(state, id)?.noFailover !== true) return false;
  const last = state.confirmed === null ? state.origin : state.confirmed.primary;
  return id !== last && id !== state.election?.override?.to;
}

function nobodyFit(reason: string, sealed: readonly SealedMember[]): string {
  const unfit = sealed.filter(({ fit }) => !fit);
  const why = unfit.map(({ node, unfitReason }) => `${node}: ${unfitReason}`).join('; ');
  return `${reason}, but no member that has it all can be appointed (${why})`;
}

/** Also whose evidence is missing by an operator's word. */
function missing({ state }: Situation, reason: string): string {
  const ids = state.members.filter(({ maintenance }) => maintenance === true).map(({ id }) => id);
  return ids.length === 0
    ? reason
    : `${reason}; ${ids.join(', ')}, in maintenance, gives no evidence`;
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
      : targetRule(state, chosen.node, reachableFrom(state, election, sealed, chosen));
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
        isCounted(state, node) &&
        position.epoch === chosen.position.epoch &&
        position.timeline === chosen.position.timeline &&
        position.lsn <= chosen.position.lsn,
    )
    .map(({ node }) => node);
}

function isCounted(state: Situation['state'], id: NodeId): boolean {
  const member = memberOf(state, id);
  return member !== undefined && mayCount(member);
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
    const unfitReason = unfitness(situation, report);
    return [
      { node: id, election: report.sealedFor, position, fit: unfitReason === '', unfitReason },
    ];
  });
}

const KEPT = 'noFailover is set: it takes over only when an operator lifts that';

function unfitness({ state }: Situation, report: MemberReport): string {
  if (isInMaintenance(state, report.node)) return 'in maintenance';
  const objection = objectionToLeading(state, report);
  if (objection !== '') return objection;
  return report.database?.role === 'standby' ? '' : 'its database does not answer as a standby';
}

/** What does not pass by waiting for its database; empty: nothing. */
function objectionToLeading(state: Situation['state'], report: MemberReport): string {
  if (isKept(state, report.node)) return KEPT;
  if (reportsNoWatchdog(report)) return 'its watchdog, which is required there, cannot be armed';
  if (report.declines !== undefined) return `its prePromote hook refused: ${report.declines}`;
  return '';
}
