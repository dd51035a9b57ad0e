import { isFenced } from './fence.js';
import { openWish } from './gate.js';
import type { MemberPlan, MemberSituation } from './plan.js';
import { plan } from './plan.js';
import { streamingWish } from './promote.js';
import { proposeRenewal } from './renew.js';
import { planRetirement } from './retire.js';
import type { HandOver } from './state.js';

/**
 * The primary's side of a switchover (protocol §8): flush while still open, so that the stop is
 * short; close to clients, standbys go on streaming the last records; stop in order; release with
 * the position. Null when there is nothing (more) to hand over.
 */
export function planHandOver(situation: MemberSituation): MemberPlan | null {
  const { cluster, member } = situation;
  const handOver = current(situation);
  if (handOver === null) return null;
  const noted = { ...member, handOver };
  const next = { ...situation, member: noted };
  switch (handOver.stage) {
    case 'flush': {
      const renewal = proposeRenewal(situation);
      const wish = openWish(situation);
      return plan(noted, wish, {
        action: { kind: 'checkpoint', epoch: cluster.epoch, handsOver: true },
        proposals: renewal,
      });
    }
    case 'stop':
      if (member.running?.action.kind === 'handOver') return plan(noted, streamingWish(situation));
      if (member.database?.process === 'stopped') {
        return planRetirement(next, 'handed over');
      }
      // The port closes to clients before the stop: what comes later would only be refused. An address
      // that does not go is not waited for with renewals: the grant ends, and the server is stopped.
      if (!isFenced(member)) return plan(noted, streamingWish(situation));
      return plan(noted, streamingWish(situation), {
        // The last renewal before the stop: from here on there is no proof to renew on.
        proposals: proposeRenewal({ ...situation, member: { ...member, proposedAt: {} } }),
        action: { kind: 'handOver', epoch: cluster.epoch },
      });
    case 'release':
      return planRetirement(next, 'handed over');
  }
}

function current({ cluster, member }: MemberSituation): HandOver | null {
  const id = cluster.switchover?.id ?? (member.shutdown === 'handover' ? 'shutdown' : null);
  const under = member.handOver;
  // Once the port is closed and the stop begun there is no way back in this epoch (a cancel that
  // comes later is answered by the release).
  if (under !== null && under.stage !== 'flush') return under;
  if (id === null) return null;
  return under?.id === id ? under : { id, stage: 'flush', position: null };
}
