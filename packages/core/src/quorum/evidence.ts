import type { DatabasePosition, LogIndex, NodeId } from '@mha4rdb/kernel';
import type { CandidateVerdict } from '../cluster/event.js';
import type { ClusterState, LossOverride } from '../cluster/state.js';
import { dataMembers, memberOf } from '../cluster/state.js';
import { compareIds } from './rule.js';
import { comparePositions } from './position.js';

/** A member that sealed for an election, and where its log ended when it did. */
export interface SealedMember {
  readonly node: NodeId;
  readonly election: LogIndex;
  readonly position: DatabasePosition;
  /** May it be appointed now: its database answers, its agent is within reach, nobody forbade it? */
  readonly fit: boolean;
  readonly unfitReason: string;
}

/** Why appointing loses nothing, or whose return is needed before it does not. */
export type EvidenceVerdict =
  | {
      readonly kind: 'sufficient';
      readonly by: 'origin' | 'standbys' | 'old-primary' | 'clean-release' | 'override';
      readonly reason: string;
    }
  | { readonly kind: 'missing'; readonly reason: string };

type Facts = Pick<ClusterState, 'confirmed' | 'released' | 'election' | 'origin' | 'members'>;

/** Only what was sealed for THIS election counts (protocol §6, "Evidence"). */
export function sealedFor(state: Facts, sealed: readonly SealedMember[]): readonly SealedMember[] {
  return sealed.filter((member) => member.election === state.election?.index);
}

/**
 * Is it certain that the greatest sealed position holds every acknowledged commit? Measured against
 * the last CONFIRMED primary and rule, never against an appointment's target:
 *
 * - `|S| − k + 1` sealed members of the confirmed S: each acknowledged commit is on k of S, so that
 *   fewer than that many can be without it (k ≥ 1);
 * - or the last confirmed primary itself sealed: it has all that it ever acknowledged;
 * - or a clean release of the confirmed epoch whose position a sealed member has reached.
 *
 * With k = 0 only the last two count, so that a stale standby is never appointed. What an operator
 * accepted comes first; it is a permission, so that it stops no election that loses nothing.
 */
export function evidenceOf(state: Facts, all: readonly SealedMember[]): EvidenceVerdict {
  const sealed = sealedFor(state, all);
  const names = new Set(sealed.map((member) => member.node));
  const override = state.election?.override ?? null;
  if (override !== null && mayUse(override, sealed)) {
    return enough('override', `an operator accepted loss: ${override.reason}`);
  }
  const confirmed = state.confirmed;
  if (confirmed === null) {
    const origin = state.origin ?? 'nobody';
    return state.origin !== null && names.has(state.origin)
      ? enough('origin', `the cluster starts from ${origin}`)
      : missing(`waiting for ${origin}, the database that the cluster starts from`);
  }
  if (names.has(confirmed.primary)) {
    return enough('old-primary', `${confirmed.primary}, the last primary, is stopped and sealed`);
  }
  if (cleanHolders(state, sealed).length > 0) {
    return enough('clean-release', `${confirmed.primary} handed over cleanly`);
  }
  const { standbys, acks } = confirmed.rule;
  if (acks === 0) {
    return missing(
      `the last primary ${confirmed.primary} acknowledged without waiting for a standby; only its return is free of loss`,
    );
  }
  const needed = standbys.length - acks + 1;
  const present = standbys.filter((id) => names.has(id));
  if (present.length >= needed) {
    return enough(
      'standbys',
      `${present.join(', ')} sealed: ${present.length} of ${standbys.join(', ')}, ${needed} needed`,
    );
  }
  const absent = standbys.filter((id) => !names.has(id));
  return missing(
    `${needed - present.length} more of ${absent.join(', ')} must come back (or the last primary ${confirmed.primary})`,
  );
}

/** Somebody is there for whom the permission was given: the named one, if one was named. */
function mayUse({ to }: LossOverride, sealed: readonly SealedMember[]): boolean {
  return to === null ? sealed.length > 0 : sealed.some(({ node, fit }) => node === to && fit);
}

/**
 * The member to appoint, given sufficient evidence: the greatest position; among equals the
 * preferred one, then a full member, then the greater priority, then the smaller id. After a clean release every member
 * that reached its position is complete, so all of them are equals. Under an override: the member
 * that the operator named, else the greatest.
 */
export function chooseCandidate(
  state: Facts,
  all: readonly SealedMember[],
  verdict: Extract<EvidenceVerdict, { kind: 'sufficient' }>,
): SealedMember | null {
  // The greatest of ALL that are sealed: an unfit one that is ahead must become fit first, or a
  // commit that only it holds would be lost.
  const pool = poolOf(state, sealedFor(state, all), verdict.by).filter((member) => member.fit);
  const preferred = state.election?.override?.to ?? state.election?.preferred ?? null;
  const old = state.confirmed?.primary ?? null;
  const rank = (member: SealedMember): readonly number[] => [
    member.node === preferred ? 0 : 1,
    verdict.by === 'clean-release' && member.node === old ? 1 : 0,
    memberOf(state, member.node)?.standing === undefined ? 0 : 1,
    -(memberOf(state, member.node)?.priority ?? 0),
  ];
  return (
    [...pool].sort((a, b) => compareRanks(rank(a), rank(b)) || compareIds(a.node, b.node))[0] ??
    null
  );
}

function poolOf(
  state: Facts,
  sealed: readonly SealedMember[],
  by: Extract<EvidenceVerdict, { kind: 'sufficient' }>['by'],
): readonly SealedMember[] {
  if (by === 'origin') return sealed.filter((member) => member.node === state.origin);
  const named = state.election?.override?.to;
  if (by === 'override') {
    const able = sealed.filter((member) => member.fit && (named == null || member.node === named));
    return greatestOf(able);
  }
  const complete = cleanHolders(state, sealed);
  if (complete.length > 0) return complete;
  return greatestOf(sealed);
}

/** All whose position none exceeds. */
function greatestOf(sealed: readonly SealedMember[]): readonly SealedMember[] {
  return sealed.filter((member) =>
    sealed.every((other) => comparePositions(other.position, member.position) <= 0),
  );
}

/** Sealed members that have all that a cleanly stopped primary of the confirmed epoch had. */
function cleanHolders(state: Facts, sealed: readonly SealedMember[]): readonly SealedMember[] {
  const { released, confirmed } = state;
  if (released === null || confirmed === null) return [];
  if (released.kind !== 'clean' || released.position === null) return [];
  if (released.epoch !== confirmed.epoch) return [];
  const end = released.position;
  return sealed.filter((member) => comparePositions(member.position, end) >= 0);
}

/** Every data member with the reason why it was or was not chosen, for the history. */
export function explainCandidates(
  state: Facts,
  all: readonly SealedMember[],
  chosen: NodeId | null,
): readonly CandidateVerdict[] {
  const sealed = sealedFor(state, all);
  const winner = sealed.find((member) => member.node === chosen);
  return dataMembers(state).map(({ id }) => {
    const member = sealed.find((candidate) => candidate.node === id);
    const position = member?.position ?? null;
    if (member === undefined)
      return { id, position, chosen: false, reason: 'not sealed for this election' };
    if (id === chosen)
      return { id, position, chosen: true, reason: 'greatest position with evidence' };
    if (!member.fit) return { id, position, chosen: false, reason: member.unfitReason };
    const behind = winner !== undefined && comparePositions(member.position, winner.position) < 0;
    return {
      id,
      position,
      chosen: false,
      reason: behind ? 'position behind' : 'equal position, lower preference',
    };
  });
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function enough(
  by: Extract<EvidenceVerdict, { kind: 'sufficient' }>['by'],
  reason: string,
): EvidenceVerdict {
  return { kind: 'sufficient', by, reason };
}

function missing(reason: string): EvidenceVerdict {
  return { kind: 'missing', reason };
}
