import type { Command } from '../cluster/command.js';
import type { FenceWish, MemberAction } from './action.js';
import { due } from './propose.js';
import type { MemberPlan, MemberSituation } from './plan.js';
import { plan, recordJoining } from './plan.js';
import { proposeRenewal } from './renew.js';
import type { AppointmentProgress } from './state.js';

/**
 * The appointed member: rule → promote → marker → barrier → confirm (protocol §6). Standbys may
 * stream from it from now on; clients may not until the gate, and its own access rules say so too.
 */
export function planAppointment(situation: MemberSituation): MemberPlan {
  const { cluster, member, now } = situation;
  const { database } = member;
  const progress = progressOf(situation);
  const wish = streamingWish(situation);
  const noted = { ...member, appointment: progress, gate: null, handOver: null, rejoin: null };
  const rule = cluster.target?.rule;
  if (database === null || rule === undefined) return plan(noted, wish);
  const record = recordJoining(member, cluster.epoch);
  const renewal = proposeRenewal(situation);
  if (database.process === 'stopped' || database.process === 'stopping') {
    // The coordinator sees the report and begins anew: this epoch was never open.
    return plan(noted, { kind: 'closed' }, { record });
  }
  if (isDeclined(situation)) {
    // The coordinator sees the report and begins anew: this epoch was never open.
    return plan(noted, { kind: 'closed' }, { record });
  }
  const action = nextStep(progress, rule, cluster.epoch, cluster.confirmed === null);
  if (action !== null) return plan(noted, wish, { record, action, proposals: renewal });
  if (progress.promotion === null || progress.marker === null) return plan(noted, wish);
  if (database.directory.kind !== 'present') return plan(noted, wish);
  const confirm: Command = {
    type: 'ConfirmPrimary',
    epoch: cluster.epoch,
    incarnation: member.incarnation,
    rule,
    promotion: progress.promotion,
    markerLsn: progress.marker.lsn,
    systemId: database.directory.systemId,
    electMs: 0,
    promoteMs: Math.round(now - progress.since),
  };
  const confirms = due(situation, 'ConfirmPrimary') ? [confirm] : [];
  return plan(noted, wish, { record, proposals: [...renewal, ...confirms] });
}

function isDeclined({ member, now }: MemberSituation): boolean {
  return member.declined !== null && now < member.declined.until;
}

function nextStep(
  progress: AppointmentProgress,
  rule: Extract<MemberAction, { kind: 'applyRule' }>['rule'],
  epoch: AppointmentProgress['epoch'],
  first: boolean,
): MemberAction | null {
  if (!progress.ruleApplied) return { kind: 'applyRule', rule, epoch };
  if (progress.promotion === null) return { kind: 'promote', epoch };
  if (progress.marker === null) return { kind: 'writeMarker', epoch, first };
  if (!progress.barrierDone) return { kind: 'barrier', rule, epoch };
  return null;
}

/** Progress belongs to one epoch; an appointment of another one starts from nothing. */
function progressOf({ cluster, member, now }: MemberSituation): AppointmentProgress {
  if (member.appointment?.epoch === cluster.epoch) return member.appointment;
  return {
    epoch: cluster.epoch,
    since: now,
    ruleApplied: false,
    promotion: null,
    marker: null,
    barrierDone: false,
  };
}

/**
 * Before the gate: standbys only. Under the grant where there is one; before W is over there is none
 * yet, and the permission lasts as long as a grant would since the coordinator was last heard, so
 * that a frozen or isolated appointee's port closes by itself. Standbys attach only for epochs at or
 * above their promise, and access rules admit nobody else: this opens nothing to clients.
 */
export function streamingWish({
  cluster,
  member,
  now,
  timing,
  contactAt,
}: MemberSituation): FenceWish {
  const granted = member.grant?.epoch === cluster.epoch ? member.grant.end : null;
  const until = granted ?? (contactAt === null ? null : contactAt + timing.grant);
  if (until === null || now >= until - timing.margin) return { kind: 'closed' };
  return { kind: 'peers', until: until as typeof now };
}
