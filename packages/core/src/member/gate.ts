import { mayOpenUnder } from '../quorum/durability.js';
import type { FenceWish } from './action.js';
import type { MemberSituation } from './plan.js';
import { streamingWish } from './promote.js';

/** The gate (protocol §6): confirmed, granted, access rules open, and a rule worth acknowledging under. */
export function openWish(situation: MemberSituation): FenceWish {
  const { cluster, member } = situation;
  // Adopted, and not renewed yet: the former life's leases run on, bounded as they are.
  if (member.heirOf === cluster.epoch && member.grant?.epoch !== cluster.epoch) {
    return { kind: 'inherit' };
  }
  const { grant, database } = member;
  const rule = cluster.confirmed?.rule;
  const opens =
    grant?.epoch === cluster.epoch &&
    database?.admits === 'all' &&
    rule !== undefined &&
    mayOpenUnder(cluster, rule);
  return opens ? { kind: 'open', until: grant.end, vip: true } : streamingWish(situation);
}
