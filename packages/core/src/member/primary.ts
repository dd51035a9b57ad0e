import { isTransition } from '../cluster/history.js';
import type { Command } from '../cluster/command.js';
import { classifyGrant } from '../lease/holder.js';
import { outlivesInheritance } from './adopt.js';
import { isFenced } from './fence.js';
import { openWish } from './gate.js';
import { proposeKeep } from './keep.js';
import { planDurability } from './durability.js';
import { lacksWatchdog } from './fence.js';
import { planHandOver } from './hand-over.js';
import type { MemberPlan, MemberSituation } from './plan.js';
import { plan } from './plan.js';
import { due } from './propose.js';
import { proposeRenewal } from './renew.js';
import { planRetirement } from './retire.js';
import { revise } from './revise.js';
import type { GateProgress } from './state.js';

/** The confirmed primary: fence when it must, hand over when asked, else keep open and converge. */
export function planPrimary(situation: MemberSituation): MemberPlan {
  const { cluster, member, now, timing } = situation;
  const { database } = member;
  const grant = classifyGrant(member.grant, cluster.epoch, now, timing);
  if (grant === 'fencing' || grant === 'over') {
    return planRetirement(situation, `the grant ran out: ${whyNotRenewed(situation)}`);
  }
  if (member.heirOf === cluster.epoch && grant === 'none' && outlivesInheritance(situation)) {
    return planRetirement(situation, 'no renewal was granted after the adoption');
  }
  if (member.shutdown === 'immediate')
    return planRetirement(situation, 'the agent is shutting down');
  if (member.handOver !== null || cluster.switchover !== null || member.shutdown === 'handover') {
    const handOver = planHandOver(situation);
    if (handOver !== null) return handOver;
  }
  if (database === null || database.process !== 'running') {
    return planRetirement(situation, 'the database has ended');
  }
  if (database.role === 'standby') {
    return planRetirement(situation, 'the database was made a standby by someone else');
  }
  if (lacksWatchdog(member)) {
    return planRetirement(situation, 'the watchdog, which is required here, cannot be armed');
  }
  const gate = gateOf(situation);
  // A hand-over that was withdrawn is forgotten: its flush, when it ends, leads to no stop.
  const noted = revise(member, { gate, appointment: null, rejoin: null, handOver: null });
  const wish = openWish({ ...situation, member: noted });
  const renewal = member.shutdown === 'keep' ? proposeKeep(situation) : proposeRenewal(situation);
  if (database.admits !== undefined && database.admits !== 'all') {
    return plan(noted, wish, { action: { kind: 'admit', who: 'all' }, proposals: renewal });
  }
  const durability = planDurability({ ...situation, member: noted });
  // pg_rewind before version 16 takes a server's timeline from its last checkpoint: without one since
  // the promotion it would look for the common history too far back, and end in a copy.
  const flush =
    gate.openedAt !== null && !gate.flushed
      ? ({ kind: 'checkpoint', epoch: cluster.epoch } as const)
      : null;
  return plan(durability.member, wish, {
    action: durability.action ?? flush,
    proposals: [...renewal, ...durability.proposals, ...recordOpened(situation, gate)],
  });
}

/** A database without proof that it works is never renewed for (protocol §4): people must be told. */
function whyNotRenewed({ member }: MemberSituation): string {
  const { database, handOver } = member;
  if (handOver?.stage === 'stop' && !isFenced(member)) {
    return 'the port or the address could not be taken back';
  }
  if (handOver !== null) return 'the server did not stop in time for the hand-over';
  if (database?.role === 'silent') return 'the database does not answer';
  if (database?.role === 'primary' && !database.works)
    return database.detail ?? 'no write reaches the database’s log';
  return 'the coordinator could not be reached in time';
}

function gateOf({ cluster, member, now }: MemberSituation): GateProgress {
  const gate =
    member.gate?.epoch === cluster.epoch
      ? member.gate
      : { epoch: cluster.epoch, confirmedAt: now, openedAt: null, flushed: false };
  return gate.openedAt === null && member.host.open ? { ...gate, openedAt: now } : gate;
}

/** Closes the event in the history, once the port is open. */
function recordOpened(situation: MemberSituation, gate: GateProgress): readonly Command[] {
  const { cluster, member } = situation;
  const running = cluster.events.some(
    (event) => event.result === 'running' && event.epoch === cluster.epoch && isTransition(event),
  );
  if (gate.openedAt === null || !running || !due(situation, 'RecordOpened')) return [];
  return [
    {
      type: 'RecordOpened',
      epoch: cluster.epoch,
      incarnation: member.incarnation,
      gateMs: Math.max(0, Math.round(gate.openedAt - gate.confirmedAt - member.host.vipMs)),
      vipMs: Math.round(member.host.vipMs),
      writeGapMs: null,
    },
  ];
}
