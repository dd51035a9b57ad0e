import type { Command } from '../cluster/command.js';
import { isFenced } from './fence.js';
import { due } from './propose.js';
import type { MemberPlan, MemberSituation } from './plan.js';
import { plan } from './plan.js';

/**
 * The end of an epoch from the primary's side: port and address closed, database stopped at once
 * (no waiter is released: what it would acknowledge is about to be rewound, protocol §10), `released`
 * on disk, then `ReleaseGrant{dead}` until the epoch is over. A successor need not wait for W then.
 */
export function planRetirement(situation: MemberSituation, reason: string): MemberPlan {
  const { cluster, member, wall } = situation;
  const fenced = {
    ...member,
    fenced: { epoch: cluster.epoch, reason },
    appointment: null,
    sealed: null,
  };
  const closed = { kind: 'closed' } as const;
  if (member.database?.process !== 'stopped') {
    return plan(fenced, closed, { action: { kind: 'stop', mode: 'immediate', reason } });
  }
  const released = member.record.released;
  // A replay may meet an older epoch of this member: what was released later stays on record.
  if (released === null || released.epoch < cluster.epoch) {
    const record = {
      ...member.record,
      released: { epoch: cluster.epoch, incarnation: member.incarnation },
    };
    return plan(fenced, closed, { record });
  }
  const mayRelease =
    released.epoch === cluster.epoch &&
    cluster.phase === 'running' &&
    cluster.incarnation === member.incarnation &&
    isFenced(member);
  if (!mayRelease || !due(situation, 'ReleaseGrant')) return plan(fenced, closed);
  const release: Command = {
    type: 'ReleaseGrant',
    epoch: cluster.epoch,
    incarnation: member.incarnation,
    kind: member.handOver?.position == null ? 'dead' : 'clean',
    position: member.handOver?.position ?? null,
    switchover: cluster.switchover?.id ?? null,
    reason,
    at: wall,
  };
  return plan(fenced, closed, { proposals: [release] });
}
