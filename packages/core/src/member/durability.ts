import type { Instant, NodeId, SynchronousRule } from '@mha4rdb/kernel';
import type { Command } from '../cluster/command.js';
import { hasWork } from '../cluster/apply-work.js';
import { countedStandbys, dataMembers, isInMaintenance, memberOf } from '../cluster/state.js';
import { wantedAcks, wantedRule } from '../quorum/durability.js';
import { classifyChange, implies, nextRule, sameRule } from '../quorum/rule.js';
import type { MemberAction } from './action.js';
import { due } from './propose.js';
import type { MemberSituation } from './plan.js';
import type { MemberState, OutstandingRule } from './state.js';

/** What to do next about the rule, and the member's state with what was noticed. */
export interface DurabilityPlan {
  readonly member: MemberState;
  readonly action: MemberAction | null;
  readonly proposals: readonly Command[];
}

/**
 * Moves record and database towards the wanted rule, one step at a time, such that what the database
 * enforces always implies what is recorded (protocol §6, "Rule order"):
 *
 * - weaker: record → applied → database;
 * - stronger: database → barrier → record.
 *
 * The database is lowered only to the applied record, and only while no proposal of ours is
 * outstanding that asks for more: a timeout is not a failure, only a greater `ver` ends a proposal.
 */
export function planDurability(situation: MemberSituation): DurabilityPlan {
  const { cluster } = situation;
  const member = noteStreaming(situation);
  const idle: DurabilityPlan = { member, action: null, proposals: [] };
  const confirmed = cluster.confirmed;
  const enforced = member.database?.rule;
  if (confirmed === null || enforced === undefined) return idle;
  const outstanding = member.outstanding.filter(({ ver }) => ver >= confirmed.ver);
  const current = { ...idle, member: { ...member, outstanding } };
  const wanted = wantedRule(cluster, confirmed.rule, standbysToCount({ ...situation, member }));
  const step = nextRule(confirmed.rule, wanted);
  const change = classifyChange(confirmed.rule, step);
  if (!sameRule(enforced, confirmed.rule)) {
    if (change === 'strengthen' && sameRule(enforced, step)) {
      return finishStrengthening(situation, current, step);
    }
    return lower(situation, current, enforced, confirmed.rule);
  }
  const blocking = outstanding.find(({ rule }) => !implies(confirmed.rule, rule));
  if (blocking !== undefined) return repropose(situation, current, blocking);
  switch (change) {
    case 'none':
      return current;
    case 'weaken':
      return propose(situation, current, step, reasonOf(confirmed.rule, step));
    case 'strengthen':
      return {
        ...current,
        member: { ...current.member, barrierFor: null },
        action: { kind: 'applyRule', rule: step, epoch: cluster.epoch },
      };
  }
}

function finishStrengthening(
  situation: MemberSituation,
  current: DurabilityPlan,
  rule: SynchronousRule,
): DurabilityPlan {
  const passed = current.member.barrierFor !== null && sameRule(current.member.barrierFor, rule);
  if (!passed) {
    return { ...current, action: { kind: 'barrier', rule, epoch: situation.cluster.epoch } };
  }
  return propose(situation, current, rule, reasonOf(situation.cluster.confirmed?.rule, rule));
}

function lower(
  situation: MemberSituation,
  current: DurabilityPlan,
  enforced: SynchronousRule,
  recorded: SynchronousRule,
): DurabilityPlan {
  const blocking = current.member.outstanding.find(({ rule }) => !implies(recorded, rule));
  if (blocking !== undefined && implies(enforced, recorded)) {
    return repropose(situation, current, blocking);
  }
  return {
    ...current,
    member: { ...current.member, barrierFor: null },
    action: { kind: 'applyRule', rule: recorded, epoch: situation.cluster.epoch },
  };
}

function repropose(
  situation: MemberSituation,
  current: DurabilityPlan,
  { rule }: OutstandingRule,
): DurabilityPlan {
  return propose(situation, current, rule, reasonOf(situation.cluster.confirmed?.rule, rule));
}

function propose(
  situation: MemberSituation,
  current: DurabilityPlan,
  rule: SynchronousRule,
  reason: string,
): DurabilityPlan {
  const { cluster, member, wall } = situation;
  const ver = cluster.confirmed?.ver;
  if (ver === undefined || !due(situation, 'SetDurability')) return current;
  const known = current.member.outstanding.some(
    (one) => one.ver === ver && sameRule(one.rule, rule),
  );
  const outstanding = known
    ? current.member.outstanding
    : [...current.member.outstanding, { ver, rule }];
  return {
    ...current,
    member: { ...current.member, outstanding },
    proposals: [
      {
        type: 'SetDurability',
        epoch: cluster.epoch,
        incarnation: member.incarnation,
        ver,
        rule,
        reason,
        at: wall,
      },
    ],
  };
}

/**
 * Notes when each standby was last seen to answer. A host that vanished stays `streaming` in the
 * server's view until `wal_sender_timeout` (5 s); but each look writes to the log, so that who is
 * alive has flushed what the look before saw, or has at least gone on since.
 */
function noteStreaming({ cluster, member }: MemberSituation): MemberState {
  const seen = member.database?.standbys;
  const at = member.observedAt;
  if (seen === undefined || at === null || member.progress?.at === at) return member;
  const before = member.progress;
  const known = new Set(dataMembers(cluster).map(({ id }) => id));
  const streamedAt: Record<NodeId, Instant> = { ...member.streamedAt };
  const flushed: Record<NodeId, number> = {};
  for (const { node, state, flushedLsn } of seen) {
    if (state !== 'streaming' || node === member.me || !known.has(node)) continue;
    const last = before?.flushed[node];
    const answers = last === undefined || flushedLsn > last || flushedLsn >= (before?.lsn ?? 0);
    flushed[node] = Math.max(flushedLsn, flushed[node] ?? 0);
    if (answers) streamedAt[node] = at;
  }
  const progress = { at, lsn: member.database?.position?.lsn ?? 0, flushed };
  return { ...member, streamedAt, progress };
}

/**
 * Answering now; or a standby of the recorded rule that was silent for less than `degradeAfter` (one
 * grant length): a short interruption changes no rule.
 */
function aliveStandbys({ cluster, member, now, timing }: MemberSituation): readonly NodeId[] {
  const recorded = cluster.confirmed?.rule.standbys ?? [];
  const confirmedAt = member.gate?.confirmedAt ?? now;
  return dataMembers(cluster)
    .map(({ id }) => id)
    .filter((id) => {
      if (id === member.me) return false;
      const at = member.streamedAt[id];
      if (at !== undefined && at === member.observedAt) return true;
      const silentSince = at === undefined || at < confirmedAt ? confirmedAt : at;
      return recorded.includes(id) && now - silentSince < timing.grant;
    });
}

/**
 * A new member counts once it is established, a leaving one no longer; but no commit is worth less
 * because somebody is to leave: while too few others are alive, it stays in the rule that it is in.
 * One in maintenance is as good as gone, by an operator's word: `degrade` says what becomes of commits.
 */
function standbysToCount(situation: MemberSituation): readonly NodeId[] {
  const { cluster } = situation;
  const alive = aliveStandbys(situation).filter((id) => !isInMaintenance(cluster, id));
  const staying = new Set(countedStandbys(cluster, situation.member.me).map(({ id }) => id));
  // Whom an order takes away for a moment is let go of where the others are enough.
  const counted = alive.filter((id) => staying.has(id) && !hasWork(cluster, id));
  const wanted = wantedAcks(cluster.settings.durability, staying.size);
  if (counted.length >= wanted) return counted;
  const recorded = cluster.confirmed?.rule.standbys ?? [];
  const kept = alive.filter((id) => staying.has(id) || recorded.includes(id));
  // A copy replaces what it has, so that commits stop counting on it first, as in maintenance.
  return kept.filter((id) => memberOf(cluster, id)?.reinit === undefined);
}

function reasonOf(from: SynchronousRule | undefined, to: SynchronousRule): string {
  const before = from?.standbys ?? [];
  const gone = before.filter((id) => !to.standbys.includes(id));
  const come = to.standbys.filter((id) => !before.includes(id));
  if (gone.length > 0) return `${gone.join(', ')} gone`;
  return come.length > 0 ? `${come.join(', ')} caught up` : 'settings';
}
